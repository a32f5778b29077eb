"""What mattermostdriver can do, against the server of argv[1] (host) and argv[2] (port) as the user of argv[3] and argv[4]."""

import asyncio
import json
import sys
import threading
import urllib.request

from mattermostdriver import Driver
from mattermostdriver.exceptions import NoAccessTokenProvided, ResourceNotFound

host, port, login, password = sys.argv[1:]
options = {"scheme": "http", "url": host, "port": int(port), "login_id": login, "password": password}
mm = Driver(options)
me = mm.login()
assert me["username"] == login

grace = mm.users.create_user({"username": "grace", "email": "grace@example.com", "password": "Passw0rd!x"})
team = mm.teams.create_team({"name": "navy", "display_name": "Navy", "type": "O"})
mm.teams.add_user_to_team(team["id"], {"team_id": team["id"], "user_id": grace["id"]})
channel = mm.channels.create_channel(
    {"team_id": team["id"], "name": "compilers", "display_name": "Compilers", "type": "O"}
)
mm.channels.add_user(channel["id"], {"user_id": grace["id"]})
assert mm.channels.get_channel_by_name(team["id"], "compilers")["id"] == channel["id"]
assert len(mm.channels.get_channel_members(channel["id"])) == 2

# Posts, reactions, files, hooks, and the events of all this.
seen = []
greeted = threading.Event()
posted = threading.Event()


async def on_event(text):
    event = json.loads(text)
    if event.get("event") == "hello":
        greeted.set()
    if event.get("event") == "posted":
        seen.append(json.loads(event["data"]["post"])["message"])
        if "by a hook" in seen:
            posted.set()


listener = Driver(options)
listener.login()


def listen():
    asyncio.set_event_loop(asyncio.new_event_loop())
    listener.init_websocket(on_event)


threading.Thread(target=listen, daemon=True).start()
assert greeted.wait(10), "no hello came"

[uploaded] = mm.files.upload_file(channel["id"], files={"files": ("log.txt", b"a bug was found")})["file_infos"]
root = mm.posts.create_post({"channel_id": channel["id"], "message": "a moth", "file_ids": [uploaded["id"]]})
assert root["file_ids"] == [uploaded["id"]]
assert mm.files.get_file(uploaded["id"]).content == b"a bug was found"
mm.posts.create_post({"channel_id": channel["id"], "message": "in the relay", "root_id": root["id"]})
assert len(mm.posts.get_thread(root["id"])["order"]) == 2
mm.reactions.create_reaction({"user_id": me["id"], "post_id": root["id"], "emoji_name": "bug"})
assert [each["emoji_name"] for each in mm.reactions.get_reactions_of_post(root["id"])] == ["bug"]

hook = mm.webhooks.create_incoming_hook({"channel_id": channel["id"], "display_name": "harbour"})
body = json.dumps({"text": "by a hook"}).encode()
request = urllib.request.Request(
    f"http://{host}:{port}/hooks/{hook['id']}", data=body, headers={"Content-Type": "application/json"}
)
assert urllib.request.urlopen(request).read() == b"ok"
assert posted.wait(10), f"no event of the hook's post came, only {seen}"
assert seen == ["a moth", "in the relay", "by a hook"], seen

try:
    mm.users.get_user("a" * 26)
    raise AssertionError("an unknown user was found")
except ResourceNotFound:
    pass
mm.posts.delete_post(root["id"])
mm.users.deactivate_user(grace["id"])
try:
    Driver({**options, "login_id": "grace", "password": "Passw0rd!x"}).login()
    raise AssertionError("a deactivated user logged in")
except NoAccessTokenProvided:
    pass
print("done")
