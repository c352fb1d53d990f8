package org.plantbuddy.web.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EventStreamTest {

    private final Page page = new Page();
    private final EventStream stream = new EventStream(page, () -> true, Optional.empty(), 0);

    @Test
    void whatIsNotTakenAtOnceFollowsInItsOrder() {
        send("a");
        page.takes = false;
        send("b");
        send("c");
        assertThat(page.got).hasToString("a");
        page.takes = true;
        stream.writable();
        assertThat(page.got).hasToString("abc");
        assertThat(page.writes).as("together").isEqualTo(2);
    }

    @Test
    void pageThatTakesNothingIsCutOffAtTheBoundAndKeepsNothing() {
        page.takes = false;
        String event = "x".repeat(1_000);
        int sent = 0;
        while (!stream.ended().isDone()) {
            send(event);
            sent++;
            assertThat(stream.waitingBytes()).isLessThanOrEqualTo(EventStream.MOST_BYTES);
        }
        assertThat(sent).isEqualTo(EventStream.MOST_BYTES / 1_000 + 1);
        assertThat(page.cut).isTrue();
        assertThat(stream.waitingBytes()).isZero();
        send(event);
        assertThat(stream.waitingBytes()).isZero();
    }

    @Test
    void allThatIsRepeatedToWhoComesBackFits() {
        page.takes = false;
        send("x".repeat(Recent.MOST_BYTES));
        assertThat(stream.ended()).isNotDone();
    }

    @Test
    void endComesAfterWhatWaitsAndNothingAfterIt() {
        page.takes = false;
        send("a");
        stream.end();
        send("b");
        assertThat(stream.ended()).isNotDone();
        page.takes = true;
        stream.writable();
        assertThat(stream.ended()).isDone();
        assertThat(page.got).hasToString("a");
        assertThat(page.cut).isFalse();
    }

    @Test
    void pageThatIsGoneEndsIt() {
        page.isGone = true;
        send("a");
        assertThat(stream.ended()).isDone();
    }

    private void send(String text) {
        stream.send(text.getBytes(StandardCharsets.UTF_8));
    }

    private static final class Page implements EventStream.Line {

        private final StringBuilder got = new StringBuilder();
        private boolean takes = true;
        private boolean isGone;
        private boolean cut;
        private int writes;

        @Override
        public boolean isReady() {
            return takes;
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            if (isGone) {
                throw new IOException("gone");
            }
            writes++;
            got.append(StandardCharsets.UTF_8.decode(bytes));
        }

        @Override
        public void cut(String reason) {
            cut = true;
        }
    }
}
