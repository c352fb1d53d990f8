package org.plantbuddy.web.write;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.plantbuddy.testing.Tried;
import org.plantbuddy.web.http.Problem;

/** Whatever is sent to {@code /write} is readings of the board that signed in, or a problem with what to do. */
class CompactLineFuzz {

    private static final Tried TRIED = new Tried("compact lines");

    @FuzzTest
    void isReadingsOfTheBoardOrAProblem(byte[] input) {
        TRIED.one();
        String body = new String(input, StandardCharsets.UTF_8);
        try {
            List<CompactLines.CompactReading> readings = CompactLines.read(body, "rick", "01");
            assertThat(readings).isNotEmpty().hasSizeLessThanOrEqualTo(CompactLines.MOST);
            assertThat(CompactLines.read(body, "rick", "01")).isEqualTo(readings);
            for (CompactLines.CompactReading reading : readings) {
                assertThat(reading.series().user()).isEqualTo("rick");
                assertThat(reading.series().device()).isEqualTo("01");
                assertThat(reading.value()).isNotEmpty().doesNotContain("\n", "\r");
            }
        } catch (Problem problem) {
            assertThat(problem.status()).isIn(400, 403);
            assertThat(problem.body().error() + problem.body().todo())
                    .isNotBlank()
                    .hasSizeLessThan(500)
                    .doesNotContainPattern("\\p{Cntrl}");
        }
    }

    @AfterAll
    static void tell() {
        TRIED.tell();
    }
}
