package org.plantbuddy.boards;

import java.util.regex.Pattern;

/** The number in a reading: decimal, as boards print it; leading zeros are fine. Stateless. */
final class ReadingNumber {

    private static final Pattern DECIMAL = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
    private static final int LONGEST = 64;

    private ReadingNumber() {}

    static double parse(String text) throws RefusedException {
        if (text.length() > LONGEST || !DECIMAL.matcher(text).matches()) {
            throw new RefusedException(
                    Reason.NOT_A_NUMBER, text, "is not a number: it must be decimal digits, such as 36 or 21.5");
        }
        double value = Double.parseDouble(text);
        if (!Double.isFinite(value)) {
            throw new RefusedException(
                    Reason.NOT_A_NUMBER, text, "is not finite: it is larger than any reading can be");
        }
        return value;
    }
}
