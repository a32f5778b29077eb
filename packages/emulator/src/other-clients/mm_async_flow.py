"""What mm-async can do, against the server of argv[1] as the administrator with the token of argv[2]."""

import asyncio
import sys

import mm_async
from mm_async.exceptions import MattermostNotFoundError


async def main(url: str, token: str) -> None:
    async with mm_async.AsyncMattermostClient(url=url, token=token) as mm:
        me = await mm.users.get_me()
        ada = await mm.post("/users", json={"username": "ada", "email": "ada@example.com", "password": "Passw0rd!x"})
        assert (await mm.users.get_by_username("ada")).id == ada["id"]
        assert (await mm.users.get_by_email("ada@example.com")).id == ada["id"]
        assert [user.username for user in await mm.users.search("ada")] == ["ada"]
        assert await mm.users.get_by_username("nobody-here") is None
        assert (await mm.users.update(ada["id"], nickname="Countess")).nickname == "Countess"
        assert (await mm.users.get_status(ada["id"]))["status"] == "offline"

        team = await mm.teams.create("eng", "Engineering")
        await mm.teams.add_member(team.id, ada["id"])
        assert await mm.teams.set_admin(team.id, ada["id"])
        assert {member.user_id for member in await mm.teams.get_members(team.id)} == {me.id, ada["id"]}
        assert (await mm.teams.get_by_name("eng")).id == team.id
        assert [found.id for found in await mm.teams.search("eng")] == [team.id]

        channel = await mm.channels.create(team.id, "ops", "Operations")
        await mm.channels.add_member(channel.id, ada["id"])
        assert await mm.channels.set_admin(channel.id, ada["id"])
        assert (await mm.channels.get_by_name(team.id, "ops")).id == channel.id
        assert [found.id for found in await mm.channels.search(team.id, "ope")] == [channel.id]
        assert {member.user_id for member in await mm.channels.get_members(channel.id)} == {me.id, ada["id"]}

        root = await mm.posts.create(channel.id, "the first words")
        reply = await mm.posts.create(channel.id, "a reply", root_id=root.id)
        assert {post.id for post in await mm.posts.get_thread(root.id)} == {root.id, reply.id}
        assert (await mm.posts.update(root.id, "other words")).message == "other words"
        assert [post.id for post in await mm.posts.search(team.id, "reply")] == [reply.id]
        assert {reply.id, root.id} <= {post.id for post in await mm.posts.get_for_channel(channel.id)}
        await mm.posts.delete(reply.id)
        try:
            await mm.posts.get_by_id(reply.id)
            raise AssertionError("a deleted post can be read")
        except MattermostNotFoundError:
            pass
        await mm.channels.remove_member(channel.id, ada["id"])
        await mm.channels.delete(channel.id)


asyncio.run(main(*sys.argv[1:]))
print("done")
