"""A channel that one thread has is busy for every other."""

from concurrent.futures import ThreadPoolExecutor

from lab.verify.shared import SharedChannel


def test_a_channel_is_idle_for_its_own_thread_and_busy_for_others_while_it_is_held():
    channel = SharedChannel(None)
    with ThreadPoolExecutor(1) as other:

        def idle_elsewhere():
            return other.submit(lambda: channel.idle).result()

        assert idle_elsewhere()
        with channel.alone():
            assert channel.idle
            assert not idle_elsewhere()
        assert idle_elsewhere()
