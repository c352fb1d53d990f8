package org.plantbuddy.operations.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineProtocolTest {

    @Test
    void takesALineApart() throws BadLineException {
        LineProtocol line =
                LineProtocol.parse("light,user=rick,device_id=01 reading=36i,note=\"a, b=c\" 1622505600000000000");
        assertThat(line.measurement()).isEqualTo("light");
        assertThat(line.tags()).containsExactly(entry("user", "rick"), entry("device_id", "01"));
        assertThat(line.fields()).containsExactly(entry("reading", "36i"), entry("note", "\"a, b=c\""));
        assertThat(line.time()).hasValue(1622505600000000000L);
    }

    @Test
    void resolvesEscapesInNamesAndTags() throws BadLineException {
        LineProtocol line = LineProtocol.parse("a\\,b\\ c,k\\=1=v\\,\\=\\ w f\\ g=\"say \\\"x\\\"\" -5");
        assertThat(line.measurement()).isEqualTo("a,b c");
        assertThat(line.tags()).containsExactly(entry("k=1", "v,= w"));
        assertThat(line.fields()).containsExactly(entry("f g", "\"say \\\"x\\\"\""));
        assertThat(line.time()).hasValue(-5);
    }

    @Test
    void timestampMayBeMissingAndSpacesMany() throws BadLineException {
        assertThat(LineProtocol.parse("m  f=1").time()).isEmpty();
        assertThat(LineProtocol.parse("m f=1  7 ").time()).hasValue(7);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "m",
                "m,a=1",
                ",a=1 f=1",
                "m, f=1",
                "m,a f=1",
                "m,a= f=1",
                "m,=1 f=1",
                "m,a=1,a=2 f=1",
                "m f",
                "m f=",
                "m f=1,f=2",
                "m f=1,",
                "m f=\"no end",
                "m f=\"ends in a backslash\\",
                "m f=\"x\"y",
                "m f=1 1.5",
                "m f=1 12 13",
                "m f=1 99999999999999999999",
                "m f=1 9999999999999999999",
                "m f=1 now"
            })
    void refusesWhatIsNotLineProtocol(String line) {
        assertThatThrownBy(() -> LineProtocol.parse(line)).isInstanceOf(BadLineException.class);
    }
}
