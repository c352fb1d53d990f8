"""Adds a board, sees its reading, sets a threshold and sees the alert, with the generated client: walk.py URL TOKEN."""

import sys
import time

import httpx
from plantbuddy_client.api.default import add_board, alerts, boards, overview, revoke_board, series, set_threshold
from plantbuddy_client.client import AuthenticatedClient
from plantbuddy_client.models import NewBoard, Threshold

WAITS_S = 60


def until(what, look):
    """What somebody sees who looks again and again."""
    end = time.monotonic() + WAITS_S
    while time.monotonic() < end:
        seen = look()
        if seen:
            print(f"  {what}")
            return seen
        time.sleep(0.5)
    sys.exit(f"not seen in {WAITS_S} s: {what}")


def write(url, board, line):
    httpx.post(f"{url}/write", auth=(board.username, board.password), content=line).raise_for_status()


def main(url, token):
    client = AuthenticatedClient(base_url=url, token=token, raise_on_unexpected_status=True)
    board = add_board.sync(client=client, body=NewBoard(device="01"))
    print(f"  board {board.username} is added")
    assert [one.device for one in boards.sync(client=client)] == ["01"]

    write(url, board, "01SM144")
    until(
        "its reading is there",
        lambda: [one for one in overview.sync(client=client).newest if (one.sensor, one.value) == ("soil_moisture", 144)],
    )
    until(
        "its line is there",
        lambda: [line for line in series.sync(client=client).series if line.sensor == "soil_moisture"],
    )

    set_threshold.sync(client=client, body=Threshold(device="01", sensor="soil_moisture", crit_below=50))
    write(url, board, "01SM20")
    alert = until("the alert is there", lambda: alerts.sync(client=client).in_force)[0]
    assert (alert.device, alert.sensor, alert.value) == ("01", "soil_moisture", 20), alert

    assert revoke_board.sync_detailed(client=client, device="01").status_code == 204
    print("  the board is revoked")


main(*sys.argv[1:])
