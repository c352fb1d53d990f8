package org.plantbuddy.operations.backup;

import java.io.BufferedInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.bouncycastle.bcpg.AEADAlgorithmTags;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.openpgp.PGPEncryptedDataGenerator;
import org.bouncycastle.openpgp.PGPEncryptedDataList;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPLiteralDataGenerator;
import org.bouncycastle.openpgp.PGPObjectFactory;
import org.bouncycastle.openpgp.PGPPBEEncryptedData;
import org.bouncycastle.openpgp.PGPSessionKey;
import org.bouncycastle.openpgp.operator.bc.BcKeyFingerprintCalculator;
import org.bouncycastle.openpgp.operator.bc.BcPBEDataDecryptorFactory;
import org.bouncycastle.openpgp.operator.bc.BcPBEKeyEncryptionMethodGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPGPDataEncryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;
import org.bouncycastle.openpgp.operator.bc.BcSessionKeyDataDecryptorFactory;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.config.Secret;

/**
 * A stream encrypted under a passphrase, in the format that {@code gpg --decrypt} opens: OpenPGP, AES-256 in mode OCB, which
 * tells each changed or missing byte. The key comes from the passphrase by SHA-256 over 65 MB with a salt. See decision 0223.
 */
final class Encryption {

    /** As a manifest names it. */
    static final String CIPHER = "OpenPGP, AES-256 OCB, passphrase by iterated and salted SHA-256";

    /** 2 to this power are the bytes that are authenticated at a time, and held in memory. */
    private static final int CHUNK = 16;

    private static final int BUFFER = 1 << CHUNK;

    /** OpenPGP's code for 65,011,712 bytes, its most. */
    private static final int MOST_HASHED = 0xff;

    private Encryption() {}

    /** What is written comes out encrypted. Close ends the encryption, and flushes {@code to}, which stays open. */
    static OutputStream encrypt(OutputStream to, Secret passphrase) throws IOException {
        PGPEncryptedDataGenerator encrypted =
                new PGPEncryptedDataGenerator(new BcPGPDataEncryptorBuilder(SymmetricKeyAlgorithmTags.AES_256)
                        .setWithAEAD(AEADAlgorithmTags.OCB, CHUNK)
                        .setUseV5AEAD() // what GnuPG reads
                        .setSecureRandom(new SecureRandom()));
        try {
            encrypted.addMethod(new BcPBEKeyEncryptionMethodGenerator(
                    passphrase.text().toCharArray(),
                    new BcPGPDigestCalculatorProvider().get(HashAlgorithmTags.SHA256),
                    MOST_HASHED));
            OutputStream cipher = encrypted.open(to, new byte[BUFFER]);
            OutputStream literal = new PGPLiteralDataGenerator()
                    .open(cipher, PGPLiteralData.BINARY, "plantbuddy.zip", PGPLiteralData.NOW, new byte[BUFFER]);
            return new FilterOutputStream(literal) {
                @Override
                public void write(byte[] bytes, int from, int count) throws IOException {
                    literal.write(bytes, from, count);
                }

                @Override
                public void close() throws IOException {
                    literal.close();
                    cipher.close();
                    to.flush();
                }
            };
        } catch (PGPException e) {
            throw new IOException("it cannot be encrypted: " + e, e);
        }
    }

    /**
     * What was encrypted. Of a file that was changed or cut, reading ends with an {@link IOException} before the changed bytes
     * come; it has to be read to its end to know.
     *
     * @param file as messages name it
     * @throws BackupException when it is no such file, or the passphrase is another
     */
    static InputStream decrypt(InputStream in, Secret passphrase, Path file) throws IOException {
        try {
            Object first = firstObject(in);
            if (!(first instanceof PGPEncryptedDataList list)
                    || !(list.get(0) instanceof PGPPBEEncryptedData encrypted)
                    || !encrypted.isAEAD()) {
                throw noBackup(file);
            }
            InputStream clear = list.extractSessionKeyEncryptedData()
                    .getDataStream(new BcSessionKeyDataDecryptorFactory(sessionKey(encrypted, passphrase, file)));
            Object content = new PGPObjectFactory(clear, new BcKeyFingerprintCalculator()).nextObject();
            if (!(content instanceof PGPLiteralData literal)) {
                throw noBackup(file);
            }
            return literal.getInputStream();
        } catch (PGPException e) {
            throw new IOException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Anything, where this is another file. */
    private static @Nullable Object firstObject(InputStream in) {
        try {
            return new PGPObjectFactory(new BufferedInputStream(in, BUFFER), new BcKeyFingerprintCalculator())
                    .nextObject();
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    private static PGPSessionKey sessionKey(PGPPBEEncryptedData encrypted, Secret passphrase, Path file) {
        try {
            return encrypted.getSessionKey(new BcPBEDataDecryptorFactory(
                    passphrase.text().toCharArray(), new BcPGPDigestCalculatorProvider()));
        } catch (PGPException e) {
            throw new BackupException(
                    "the passphrase does not open " + file + ": give the one that this backup was made with", e);
        }
    }

    private static BackupException noBackup(Path file) {
        return new BackupException(file + " is no backup that `plantbuddy backup` made");
    }
}
