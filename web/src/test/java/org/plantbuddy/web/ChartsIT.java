package org.plantbuddy.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a chart must show: each board as itself, each reading, and what is wrong with it. */
class ChartsIT extends InBrowser {

    private static final int ENOUGH = 8;

    @Test
    void eachOfFortyBoardsHasALookOfItsOwn() {
        String[] boards = IntStream.rangeClosed(1, 40)
                .mapToObj(board -> String.format(Locale.ROOT, "%02d", board))
                .toArray(String[]::new);
        user("many", boards);
        for (String board : boards) {
            reading("many", board, "soil_moisture", 40 + board.hashCode() % 7);
        }
        signIn(page, "many");
        assertThat(page.locator(".legend tbody th")).hasCount(boards.length);
        List<?> looks = (List<?>) page.evaluate("() => [...document.querySelectorAll('.legend svg line')].map(line =>"
                + " ['stroke', 'stroke-dasharray', 'stroke-width'].map(name => line.getAttribute(name)).join(' '))");
        assertThat(looks).hasSize(boards.length).doesNotHaveDuplicates();
    }

    @Test
    void oneReadingEachOfTwoBoardsIsDrawn() {
        user("two", "01", "02");
        reading("two", "01", "humidity", 41);
        reading("two", "02", "humidity", 47, Instant.now().minusSeconds(60));
        signIn(page, "two");
        Locator lines = page.locator(".legend svg line");
        assertThat(lines).hasCount(2);
        for (Locator line : lines.all()) {
            assertThat(inked(page.locator("canvas"), line.getAttribute("stroke"), 0))
                    .isGreaterThan(ENOUGH);
        }
    }

    @Test
    void limitThatAFirstReadingIsPastIsDrawn() {
        user("dry", "01");
        reading("dry", "01", "soil_moisture", 20);
        signIn(page, "dry");
        assertThat(inked(page.locator("canvas"), colour("--crit"), 0)).isGreaterThan(5 * ENOUGH);
    }

    @Test
    void labelsAreNeitherCutNorDrawnOverReadings() {
        user("big", "01");
        reading("big", "01", "counter", 2_000_000);
        threshold("big", "01", "counter", "crit_below=1999000.25");
        signIn(page, "big");
        Locator canvas = page.locator("canvas");
        List<?> edges = (List<?>) canvas.evaluate("""
                canvas => [0, canvas.width - 1].map(x => canvas.getContext('2d').getImageData(x, 0, 1, canvas.height).data
                    .some((part, i) => i % 4 === 3 && part > 0))
                """);
        assertThat(edges).as("ink at the left edge, at the right edge").isEqualTo(List.of(false, false));
        double plotted = ((Number)
                        page.evaluate("() => (document.querySelector('.u-over').getBoundingClientRect().right"
                                + " - document.querySelector('canvas').getBoundingClientRect().left + 2)"
                                + " / document.querySelector('canvas').getBoundingClientRect().width"))
                .doubleValue();
        assertThat(inked(canvas, colour("--crit"), plotted))
                .as("the limit's label beside the plot")
                .isGreaterThan(ENOUGH);
    }

    @Test
    void chartIsReadByKeyboardAndByADraggingFinger() {
        user("past", "01");
        fixture.boardWithHistory("past", "02");
        signIn(page, "past");
        Locator plot = page.locator(".chart[data-sensor=light] .plot");
        Locator head =
                page.locator(".chart[data-sensor=light] .legend thead th").nth(1);
        plot.focus();
        assertThat(head).hasText("Now");
        plot.press("PageDown");
        assertThat(head).hasText("Then");
        String then = plot.getAttribute("aria-valuetext");
        assertThat(then).contains("Board 02");
        plot.press("ArrowLeft");
        assertThat(plot.getAttribute("aria-valuetext")).isNotEqualTo(then);
        plot.press("Escape");
        assertThat(head).hasText("Now");

        plot.locator(".u-over")
                .evaluate("over => { const box = over.getBoundingClientRect(); const at = (part) =>"
                        + " over.dispatchEvent(new PointerEvent('pointermove', { pointerType: 'touch', bubbles: true,"
                        + " clientX: box.left + box.width * part, clientY: box.top + 5 })); at(0.4); at(0.5); }");
        assertThat(head).hasText("Then");
    }

    private String colour(String name) {
        return page.evaluate("name => getComputedStyle(document.documentElement).getPropertyValue(name).trim()", name)
                .toString();
    }
}
