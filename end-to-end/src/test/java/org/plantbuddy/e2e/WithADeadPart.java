package org.plantbuddy.e2e;

import java.util.Arrays;
import org.plantbuddy.process.Vital;

/** A program: runs the main that its arguments name in a process of which a part has died already. */
final class WithADeadPart {

    private WithADeadPart() {}

    public static void main(String[] arguments) throws Exception {
        Thread part = Vital.thread("part", () -> {
            throw new IllegalStateException("gone");
        });
        part.start();
        part.join();
        Class.forName(arguments[0]).getMethod("main", String[].class).invoke(null, (Object)
                Arrays.copyOfRange(arguments, 1, arguments.length));
    }
}
