package navette.judges;

import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.tsp.ers.ERSByteData;
import org.bouncycastle.tsp.ers.ERSEvidenceRecord;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Date;
import java.util.Map;

/**
 * Bouncy Castle: {@code record.ers} in a folder is an evidence record (RFC 4998) of the file {@code original} beside it,
 * each of its time-stamps covers those before it, and the last one is signed by the certificate that it brings.
 */
final class Evidence implements Judge {
    @Override
    public boolean passes(Path folder, Map<String, Object> verdict) throws Exception {
        ERSEvidenceRecord record = new ERSEvidenceRecord(
                Files.readAllBytes(folder.resolve("record.ers")), new JcaDigestCalculatorProviderBuilder().build());
        record.validatePresent(new ERSByteData(Files.readAllBytes(folder.resolve("original"))), new Date());
        X509CertificateHolder signer = record.getSigningCertificate();
        record.validate(new JcaSimpleSignerInfoVerifierBuilder().build(signer));
        verdict.put("signer", signer.getSubject().toString());
        return true;
    }
}
