package org.plantbuddy.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process of which a part dies, ends: seen from outside it. */
class VitalTest {

    private record Ended(int exitCode, String said) {}

    @ParameterizedTest
    @ValueSource(strings = {"thread", "timer", "again", "memory"})
    void processOfWhichAPartDiesEndsWithALineThatNamesIt(String part) throws Exception {
        Ended ended = run(part);

        assertThat(ended.said())
                .contains("event=part_died thread=\"" + part + "\"")
                .contains("gone");
        assertThat(ended.exitCode()).isEqualTo(Vital.EXIT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"timer-after-exception", "again-after-exception", "another-thread"})
    void exceptionOfATaskOrOfAnotherThreadEndsNothing(String part) throws Exception {
        Ended ended = run(part);

        assertThat(ended.said()).contains("gone").doesNotContain("part_died");
        assertThat(ended.exitCode()).isZero();
    }

    private static Ended run(String part) throws Exception {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Dying.class.getName(),
                        part)
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), said);
    }

    /** Waits to be ended by its part; ends by itself when a task that fails has run twice. */
    static final class Dying {

        private static final CountDownLatch ranTwice = new CountDownLatch(2);

        private Dying() {}

        public static void main(String[] arguments) throws InterruptedException {
            Vital.endProcess();
            String part = arguments[0];
            switch (part) {
                case "thread" -> Vital.thread(part, Dying::fail).start();
                case "timer" -> submit(part, Dying::die);
                case "again" -> Vital.again(part, Dying::die).run();
                case "memory" -> new Thread(Dying::runOut, part).start();
                case "timer-after-exception" -> submit(part, Dying::fail);
                case "again-after-exception" -> {
                    Vital.again(part, Dying::fail).run();
                    Vital.again(part, Dying::fail).run();
                }
                default -> {
                    new Thread(Dying::fail).start();
                    new Thread(Dying::fail).start();
                }
            }
            ranTwice.await();
            TimeUnit.MILLISECONDS.sleep(500); // what would end it has time to
            System.exit(0);
        }

        private static void submit(String part, Runnable task) {
            var timer = Vital.timer(part, 1);
            timer.execute(task);
            timer.execute(task);
        }

        private static void fail() {
            ranTwice.countDown();
            throw new IllegalStateException("gone");
        }

        private static void die() {
            throw new InternalError("gone");
        }

        private static void runOut() {
            throw new OutOfMemoryError("gone");
        }
    }
}
