"""How gunicorn serves a face, in the demo and in production: `-c python:serve.gunicorn_conf`.

GUNICORN_CMD_ARGS adds what differs from place to place, such as `--bind` and `--workers`.
"""

worker_class = "gthread"
threads = 8
control_socket_disable = True  # it would be opened under the home of whoever runs us
# Proxies are counted by the faces themselves (QUITTANCE_TRUSTED_PROXIES), not guessed here.
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
graceful_timeout = 8  # seconds for requests that are under way
timeout = 60
max_requests = 20_000
max_requests_jitter = 2_000
limit_request_line = 4_094
limit_request_fields = 60
accesslog = None  # each face logs its requests, with their id
