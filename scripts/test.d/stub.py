"""A service that says what a test wants it to say: python3 stub.py SCENARIO PORT_FILE LOG.

SCENARIO is a JSON object: "GET /path" (the query left out) has a list of answers, of which each is given once and the last
one from then on. An answer is {"status": 200, "body": …}; a body that is a string is sent as it is, "type" says what it is;
"drop": true closes the connection without a word; "headers" are sent as well. Every request is a line of JSON in LOG.
"""

import http.server
import json
import os
import sys

scenario = json.load(open(sys.argv[1]))
log = open(sys.argv[3], "a", buffering=1)


class Stub(http.server.BaseHTTPRequestHandler):
    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode()
        log.write(json.dumps({"method": self.command, "path": self.path, "body": body, "headers": dict(self.headers)}) + "\n")
        answers = scenario.get(f"{self.command} {self.path.split('?')[0]}")
        if answers is None:
            answers = [{"status": 404, "body": {"detail": "nothing is at this path", "status": 404}}]
        given = answers.pop(0) if len(answers) > 1 else answers[0]
        if given.get("drop"):
            self.close_connection = True
            self.connection.close()
            return
        content = given.get("body", "")
        raw = (content if isinstance(content, str) else json.dumps(content)).encode()
        self.send_response(given.get("status", 200))
        self.send_header("Content-Type", given.get("type", "application/json"))
        for name, value in given.get("headers", {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    do_GET = do_POST = do_PUT = answer

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stub)
with open(sys.argv[2] + ".new", "w") as file:
    file.write(str(server.server_port))
os.rename(sys.argv[2] + ".new", sys.argv[2])
server.serve_forever()
