"""Aging and collection figures once more: plain SQL over documents and journal, as one writes it.

Nothing here knows of `account_day` or of the days a document was open.
"""

# A row a customer with anything open or any credit: number, five buckets, credit.
AGING = """
WITH item AS (
    SELECT i.customer_id, CAST(:on AS date) - i.due_on AS late,
           sum(CASE l.side WHEN 'D' THEN l.amount_minor ELSE -l.amount_minor END) AS minor
    FROM invoice AS i JOIN journal_line AS l ON l.invoice_id = i.id
    JOIN journal AS j ON j.id = l.journal_id
    WHERE i.ledger_id = :ledger AND i.currency = :currency AND j.booked_on <= CAST(:on AS date)
    AND l.account = 'receivable' GROUP BY i.id
), credit AS (
    SELECT r.customer_id,
           sum(CASE l.side WHEN 'C' THEN l.amount_minor ELSE -l.amount_minor END) AS minor
    FROM receipt AS r JOIN journal_line AS l ON l.receipt_id = r.id
    JOIN journal AS j ON j.id = l.journal_id
    WHERE r.ledger_id = :ledger AND r.currency = :currency AND j.booked_on <= CAST(:on AS date)
    AND l.account = 'unapplied_cash' GROUP BY r.customer_id
    UNION ALL
    SELECT n.customer_id,
           sum(CASE l.side WHEN 'C' THEN l.amount_minor ELSE -l.amount_minor END)
    FROM credit_note AS n JOIN journal_line AS l ON l.credit_note_id = n.id
    JOIN journal AS j ON j.id = l.journal_id
    WHERE n.ledger_id = :ledger AND n.currency = :currency AND j.booked_on <= CAST(:on AS date)
    GROUP BY n.customer_id
), part AS (
    SELECT customer_id, late, minor, 0 AS credit FROM item
    UNION ALL SELECT customer_id, NULL, 0, minor FROM credit
)
SELECT c.number,
       coalesce(sum(minor) FILTER (WHERE late <= 0), 0)::bigint,
       coalesce(sum(minor) FILTER (WHERE late BETWEEN 1 AND 30), 0)::bigint,
       coalesce(sum(minor) FILTER (WHERE late BETWEEN 31 AND 60), 0)::bigint,
       coalesce(sum(minor) FILTER (WHERE late BETWEEN 61 AND 90), 0)::bigint,
       coalesce(sum(minor) FILTER (WHERE late > 90), 0)::bigint,
       sum(credit)::bigint
FROM part JOIN customer AS c ON c.id = customer_id
GROUP BY c.number HAVING bool_or(minor <> 0 OR credit <> 0) ORDER BY c.number
"""
# One row: simple DSO, DSO by counting back, best possible DSO, ADD, CEI; to six places.
FIGURES = """
WITH line AS (
    SELECT j.booked_on, l.account IN ('gl_control', 'late_charges') AS is_sold, i.due_on,
           CASE l.side WHEN 'D' THEN l.amount_minor ELSE -l.amount_minor END AS minor
    FROM journal_line AS l JOIN journal AS j ON j.id = l.journal_id
    LEFT JOIN invoice AS i ON i.id = l.invoice_id AND l.account = 'receivable'
    WHERE j.ledger_id = :ledger AND l.currency = :currency AND j.booked_on <= CAST(:on AS date)
), sums AS (
    SELECT coalesce(sum(minor) FILTER (WHERE due_on IS NOT NULL AND booked_on < :start), 0) AS b,
           -sum(minor) FILTER (WHERE is_sold AND booked_on >= :start) AS s,
           sum(minor) FILTER (WHERE due_on IS NOT NULL) AS e,
           coalesce(sum(minor) FILTER (WHERE due_on >= :on), 0) AS c,
           CAST(:on AS date) - CAST(:start AS date) + 1 AS days
    FROM line
), month AS (
    SELECT 1 + least(first + interval '1 month' - interval '1 day', CAST(:on AS date))::date
               - first::date AS days,
           (SELECT greatest(coalesce(-sum(minor), 0), 0) FROM line WHERE is_sold
            AND date_trunc('month', booked_on) = first) AS sold, first
    FROM generate_series((SELECT date_trunc('month', min(booked_on)) FROM line),
                         date_trunc('month', CAST(:on AS date)), interval '1 month') AS first
), back AS (
    SELECT days, sold, sum(sold) OVER (ORDER BY first DESC) AS upto FROM month
)
SELECT round(e * days / nullif(greatest(s, 0), 0), 6),
       (SELECT CASE WHEN e > max(upto) THEN NULL ELSE round(
           coalesce(sum(back.days) FILTER (WHERE upto <= e AND upto - sold < e), 0)
           + coalesce(sum((e - upto + sold) * back.days / sold)
                      FILTER (WHERE upto > e AND upto - sold < e), 0), 6) END FROM back),
       round(c * days / nullif(greatest(s, 0), 0), 6),
       round((e - c) * days / nullif(greatest(s, 0), 0), 6),
       CASE WHEN b + s / n - c > 0 THEN round(100 * (b + s / n - e) / (b + s / n - c), 6) END
FROM (SELECT b, coalesce(s, 0) AS s, e, c, days, CAST(:months AS numeric) AS n FROM sums) AS sums
"""
