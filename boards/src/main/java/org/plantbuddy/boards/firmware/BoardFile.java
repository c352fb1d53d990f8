package org.plantbuddy.boards.firmware;

/**
 * A program or configuration for a board, complete but for the WiFi.
 *
 * @param title what it is for, such as {@code ESPHome}
 * @param name of the file; of a command, empty
 * @param text with the board's password
 */
public record BoardFile(String title, String name, String text) {

    @Override
    public String toString() {
        return "BoardFile[title=" + title + ", name=" + name + ", text=***]";
    }
}
