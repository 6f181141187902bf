package navette.judges;

import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.DigestCalculator;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.tsp.TSPAlgorithms;
import org.bouncycastle.tsp.TimeStampRequest;
import org.bouncycastle.tsp.TimeStampRequestGenerator;
import org.bouncycastle.tsp.TimeStampResponse;
import org.bouncycastle.tsp.TimeStampResponseGenerator;
import org.bouncycastle.tsp.TimeStampTokenGenerator;
import org.bouncycastle.tsp.ers.ERSArchiveTimeStamp;
import org.bouncycastle.tsp.ers.ERSArchiveTimeStampGenerator;
import org.bouncycastle.tsp.ers.ERSData;
import org.bouncycastle.tsp.ers.ERSByteData;
import org.bouncycastle.tsp.ers.ERSEvidenceRecord;
import org.bouncycastle.tsp.ers.ERSEvidenceRecordGenerator;
import org.bouncycastle.util.CollectionStore;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;

/**
 * Bouncy Castle writes evidence records of the numbered files in {@code files/}, renews one of them by a second
 * authority, and leaves {@code N.ers}, {@code renewed.ers} (of file 0) and the roots in {@code roots.pem}.
 */
final class EvidenceMaker implements Judge {
    private static final long DAY = 24L * 3600 * 1000;
    private static final String SIGNATURE = "SHA256withECDSA";

    @Override
    public boolean passes(Path folder, Map<String, Object> verdict) throws Exception {
        DigestCalculatorProvider digests = new JcaDigestCalculatorProviderBuilder().build();
        DigestCalculator sha256 = digests.get(new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256));
        ERSArchiveTimeStampGenerator generator = new ERSArchiveTimeStampGenerator(sha256);
        List<ERSData> files = new ArrayList<>();
        for (int number = 0; Files.exists(folder.resolve("files/" + number)); number++) {
            files.add(new ERSByteData(Files.readAllBytes(folder.resolve("files/" + number))));
        }
        generator.addAllData(files);
        TimeStampRequestGenerator requests = new TimeStampRequestGenerator();
        requests.setCertReq(true);
        Authority first = new Authority("First"), second = new Authority("Second");
        Date yesterday = new Date(System.currentTimeMillis() - DAY);
        List<ERSArchiveTimeStamp> stamps =
                generator.generateArchiveTimeStamps(first.answer(generator.generateTimeStampRequest(requests), yesterday));
        List<ERSEvidenceRecord> records = new ERSEvidenceRecordGenerator(digests).generate(stamps);
        for (int number = 0; number < records.size(); number++) {
            Files.write(folder.resolve(number + ".ers"), records.get(number).getEncoded());
        }
        TimeStampRequest renewal = records.get(0).generateTimeStampRenewalRequest(requests);
        ERSEvidenceRecord renewed = records.get(0).renewTimeStamp(second.answer(renewal, new Date()));
        Files.write(folder.resolve("renewed.ers"), renewed.getEncoded());
        Files.writeString(folder.resolve("roots.pem"), first.pem() + second.pem());
        verdict.put("records", records.size());
        return true;
    }

    /** A root and its time-stamp unit. */
    private static final class Authority {
        private final KeyPair rootKey = pair(), unitKey = pair();
        private final X500Name name;
        private final X509CertificateHolder root, unit;

        Authority(String called) throws Exception {
            name = new X500Name("CN=" + called + " Root");
            root = certificate(name, rootKey, BigInteger.ONE, true);
            unit = certificate(new X500Name("CN=" + called + " Unit"), unitKey, BigInteger.TWO, false);
        }

        TimeStampResponse answer(TimeStampRequest request, Date at) throws Exception {
            DigestCalculatorProvider digests = new JcaDigestCalculatorProviderBuilder().build();
            TimeStampTokenGenerator tokens = new TimeStampTokenGenerator(
                    new JcaSignerInfoGeneratorBuilder(digests).build(signer(unitKey), unit),
                    digests.get(new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256)),
                    new ASN1ObjectIdentifier("1.3.6.1.4.1.32473.1.2"));
            tokens.addCertificates(new CollectionStore<>(List.of(unit)));
            tokens.addCRLs(new CollectionStore<>(List.of(list())));
            return new TimeStampResponseGenerator(tokens, TSPAlgorithms.ALLOWED)
                    .generateGrantedResponse(request, BigInteger.valueOf(at.getTime()), at);
        }

        String pem() throws Exception {
            String body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(root.getEncoded());
            return "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n";
        }

        private X509CRLHolder list() throws Exception {
            X509v2CRLBuilder list = new X509v2CRLBuilder(name, new Date(System.currentTimeMillis() - 2 * DAY));
            list.setNextUpdate(new Date(System.currentTimeMillis() + 2 * DAY));
            return list.build(signer(rootKey));
        }

        private X509CertificateHolder certificate(X500Name subject, KeyPair key, BigInteger serial, boolean authority)
                throws Exception {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    name, serial, new Date(System.currentTimeMillis() - 3 * DAY),
                    new Date(System.currentTimeMillis() + 300 * DAY), subject, key.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (!authority) {
                builder.addExtension(Extension.extendedKeyUsage, true, new ExtendedKeyUsage(KeyPurposeId.id_kp_timeStamping));
            }
            return builder.build(signer(rootKey));
        }

        private static ContentSigner signer(KeyPair key) throws Exception {
            return new JcaContentSignerBuilder(SIGNATURE).build(key.getPrivate());
        }

        private static KeyPair pair() throws Exception {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        }
    }
}
