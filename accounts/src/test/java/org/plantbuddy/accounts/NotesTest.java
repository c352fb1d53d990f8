package org.plantbuddy.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.plantbuddy.topic.SeriesName;

@ParameterizedClass
@EnumSource(Database.class)
class NotesTest {

    private static final Instant NOW = OpenAccounts.NOW;

    @RegisterExtension
    final OpenAccounts open;

    private Notes notes;

    NotesTest(Database database) {
        open = new OpenAccounts(database);
    }

    @BeforeEach
    void rickAndAnnaHaveBoards() {
        notes = open.get().notes();
        for (String user : new String[] {"rick", "anna"}) {
            open.get().users().add(user, "correct horse");
            open.get().devices().add(user, "01");
            open.get().sensors().admit(new SeriesName(user, "heard", "light"));
        }
    }

    @Test
    void noteComesBackAsItWasAddedTheNewestFirst() {
        Note first = notes.add("rick", "01", Note.Kind.WATERED, "", NOW.minusSeconds(9));
        Note second = notes.add("rick", "heard", Note.Kind.NOTE, "龟 in neue Erde 🌱", NOW);
        notes.add("anna", "01", Note.Kind.WATERED, "", NOW);

        assertThat(all("rick")).containsExactly(second, first);
        assertThat(notes.list("rick", Page.newest(1), Optional.empty(), Instant.EPOCH, NOW))
                .containsExactly(second);
        assertThat(notes.list(
                        "rick",
                        new Page(1, second.at().toEpochMilli(), second.id()),
                        Optional.empty(),
                        Instant.EPOCH,
                        NOW))
                .containsExactly(first);
        assertThat(notes.list("rick", Page.newest(9), Optional.of("01"), Instant.EPOCH, NOW))
                .containsExactly(first);
        assertThat(notes.list("rick", Page.newest(9), Optional.empty(), NOW, NOW))
                .containsExactly(second);
    }

    @Test
    void noteOfABoardThatIsNotTheUsersIsNone() {
        open.get().devices().add("anna", "hers");
        assertThatThrownBy(() -> notes.add("rick", "hers", Note.Kind.WATERED, "", NOW))
                .isInstanceOf(AccountException.class)
                .hasMessageContaining("hers");
        assertThatThrownBy(() -> notes.add("nobody", "01", Note.Kind.WATERED, "", NOW))
                .isInstanceOf(AccountException.class);
    }

    @Test
    void noteIsTakenBackByItsUserAlone() {
        Note note = notes.add("rick", "01", Note.Kind.WATERED, "", NOW);
        assertThat(notes.remove("anna", note.id())).isEmpty();
        assertThat(notes.remove("rick", note.id())).contains("01");
        assertThat(notes.remove("rick", note.id())).isEmpty();
        assertThat(all("rick")).isEmpty();
    }

    @Test
    void userHasNoMoreThanSoMany() {
        Note last = notes.add("rick", "01", Note.Kind.WATERED, "", NOW);
        open.get().jdbi().useHandle(handle -> {
            var batch = handle.prepareBatch("INSERT INTO notes (id, user_name, device_name, kind, text, noted_at)"
                    + " VALUES (:id, 'rick', '01', 'watered', '', 0)");
            for (int i = 1; i < Notes.MOST; i++) {
                batch.bind("id", "n" + i).add();
            }
            batch.execute();
        });
        assertThatThrownBy(() -> notes.add("rick", "01", Note.Kind.WATERED, "", NOW))
                .isInstanceOf(AccountException.class)
                .hasMessageContaining("10000");
        notes.remove("rick", last.id());
        notes.add("rick", "01", Note.Kind.WATERED, "", NOW);
    }

    @Test
    void notesGoWithTheirUserAndAreExported() {
        notes.add("rick", "01", Note.Kind.NOTE, "new soil", NOW);
        assertThat(open.get().rows().of("rick", Actor.operator()).get("notes"))
                .singleElement()
                .satisfies(row -> assertThat(row).containsEntry("text", "new soil"));
        open.get().jdbi().useHandle(handle -> handle.execute("DELETE FROM users WHERE name = 'rick'"));
        open.get().users().add("rick", "correct horse");
        assertThat(all("rick")).isEmpty();
    }

    private List<Note> all(String user) {
        return notes.list(user, Page.newest(100), Optional.empty(), Instant.EPOCH, NOW);
    }
}
