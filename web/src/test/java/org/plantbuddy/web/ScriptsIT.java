package org.plantbuddy.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page's scripts are formatted by Prettier, and TypeScript finds nothing wrong with them. */
class ScriptsIT {

    /** {@code -Dscripts.format} writes the scripts as they should be. */
    private static final boolean WRITE = System.getProperty("scripts.format") != null;

    private static Scripts scripts;

    @BeforeAll
    static void open() {
        scripts = Scripts.open();
    }

    @AfterAll
    static void close() {
        scripts.close();
    }

    @Test
    void eachScriptIsFormatted() throws IOException {
        for (String file : List.of("standalone.js", "plugins/babel.js", "plugins/estree.js")) {
            load(Scripts.webjar("prettier", file));
        }
        for (String name : Scripts.names()) {
            Path file = Scripts.FOLDER.resolve(name);
            String text = Files.readString(file);
            String formatted = (String) scripts.page.evaluate("""
                    text => prettier.format(text, { parser: 'babel', plugins: prettierPlugins, printWidth: 120, singleQuote: true })
                    """, text);
            if (WRITE) {
                Files.writeString(file, formatted);
            } else {
                assertThat(text)
                        .as("%s: CONTRIBUTING.md says how to format it", name)
                        .isEqualTo(formatted);
            }
        }
    }

    @Test
    void typesFitAndNothingIsUnknownUnusedOrOfYesterday() throws IOException {
        String typescript = Scripts.webjar("typescript", "lib/");
        load(typescript + "typescript.js");
        List<?> complaints = (List<?>) scripts.page.evaluate("""
                async ([lib, names]) => {
                  const files = new Map([['/globals.d.ts', 'declare const uPlot: any;']]);
                  const read = async (path, name) => files.set(name, await (await fetch(path)).text());
                  const readLib = async (part) => {
                    const name = `/lib.${part}.d.ts`;
                    if (files.has(name)) return;
                    await read(`${lib}lib.${part}.d.ts`, name);
                    for (const [, other] of files.get(name).matchAll(/<reference lib="([^"]+)"/g)) await readLib(other);
                  };
                  for (const part of ['es2022', 'dom', 'dom.iterable']) await readLib(part);
                  for (const name of names) await read(`/${name}`, `/${name}`);
                  const options = {
                    allowJs: true, checkJs: true, noEmit: true, types: [],
                    target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022, moduleResolution: ts.ModuleResolutionKind.Bundler,
                    lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
                    noUnusedLocals: true, noUnusedParameters: true, noImplicitReturns: true, noFallthroughCasesInSwitch: true,
                    allowUnreachableCode: false,
                  };
                  const program = ts.createProgram(['/globals.d.ts', ...names.map((name) => `/${name}`)], options, {
                    fileExists: (name) => files.has(name),
                    readFile: (name) => files.get(name),
                    getSourceFile: (name) => files.has(name) ? ts.createSourceFile(name, files.get(name), ts.ScriptTarget.ES2022) : undefined,
                    getDefaultLibFileName: () => '/lib.es2022.d.ts',
                    getDefaultLibLocation: () => '/',
                    getCurrentDirectory: () => '/',
                    getCanonicalFileName: (name) => name,
                    useCaseSensitiveFileNames: () => true,
                    getNewLine: () => '\\n',
                    writeFile: () => {},
                  });
                  const where = (file, at) => `${file.fileName}:${file.getLineAndCharacterOfPosition(at).line + 1}`;
                  const found = ts.getPreEmitDiagnostics(program).map((one) =>
                    `${one.file ? where(one.file, one.start) : ''} ${ts.flattenDiagnosticMessageText(one.messageText, ' ')}`);
                  const loose = [ts.SyntaxKind.EqualsEqualsToken, ts.SyntaxKind.ExclamationEqualsToken];
                  const walk = (file) => function each(node) {
                    if (loose.includes(node.kind)) found.push(`${where(file, node.getStart(file))} compares with == or !=`);
                    if (ts.isVariableDeclarationList(node) && !(node.flags & ts.NodeFlags.BlockScoped)) found.push(`${where(file, node.getStart(file))} says var`);
                    ts.forEachChild(node, each);
                  };
                  for (const name of names) walk(program.getSourceFile(`/${name}`))(program.getSourceFile(`/${name}`));
                  return found;
                }
                """, List.of(typescript, Scripts.names()));
        assertThat(complaints).isEmpty();
    }

    private static void load(String url) {
        scripts.page.addScriptTag(new Page.AddScriptTagOptions().setUrl(url));
    }
}
