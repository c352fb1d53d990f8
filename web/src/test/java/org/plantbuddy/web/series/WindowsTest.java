package org.plantbuddy.web.series;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.plantbuddy.web.series.Windows.Window;

class WindowsTest {

    /** Whatever order they come in, it is what a map that sorts them has. */
    @Test
    void isInTheOrderOfTimes() {
        Random random = new Random(15);
        for (int round = 0; round < 200; round++) {
            Windows windows = new Windows();
            TreeMap<Double, Double> map = new TreeMap<>();
            int range = 1 + random.nextInt(300);
            for (int i = 0; i < 300; i++) {
                double time = random.nextInt(4) == 0 ? random.nextInt(range) : i % range;
                switch (random.nextInt(3)) {
                    case 0 -> {
                        windows.put(time, Window.of(i, i, i));
                        map.put(time, (double) i);
                    }
                    case 1 -> {
                        windows.putIfAbsent(time, Window.of(i, i, i));
                        map.putIfAbsent(time, (double) i);
                    }
                    default -> {
                        windows.of(time).mean = i;
                        map.put(time, (double) i);
                    }
                }
            }
            assertThat(windows.times())
                    .containsExactly(map.keySet().stream()
                            .mapToDouble(Double::doubleValue)
                            .toArray());
            for (int i = 0; i < windows.size(); i++) {
                assertThat(windows.get(i).mean).isEqualTo(map.get(windows.time(i)));
            }
        }
    }

    @Test
    void lastOneGoes() {
        Windows windows = new Windows();
        windows.of(1);
        windows.of(2);
        windows.removeLast();
        windows.of(3).mean = 5;
        assertThat(windows.times()).containsExactly(1, 3);
        assertThat(windows.get(1).mean).isEqualTo(5);
    }
}
