import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A bank's client of the credit gateway, whole: keys, a request for a consent, its decision, a token, an answer.
 *
 * <pre>
 * java BankClient.java keys KEYS    (once: the public halves go to whoever runs the gateway)
 * java BankClient.java check KEYS https://credit.example B1 1001 LN20260519-88 420199199207280027 王测试
 * </pre>
 *
 * JDK 17 or later and nothing else: java.net.http, java.security. It keeps to RFC 7523 (assertions), RFC 9449 (DPoP)
 * and RFC 9396 (authorization details). What it reads of JSON are single texts; a real client has a library for it.
 */
public final class BankClient {

    /** A refusal of the gateway: {@code code} is permanent. */
    static final class GatewayException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        final int status;
        final String code;

        GatewayException(int status, String body) {
            super(status + " " + body);
            this.status = status;
            this.code = text(body, "code");
        }
    }

    private static final String QUERY = """
        query Loan($who: PersonLookup!, $matter: String!)
        @purpose(code: "PM-901", matter: $matter, role: "data_subject") {
          standing(by: {person: $who}) {
            identityMatch { answer }
            judgmentDefaulter { answer label(lang: EN) }
            seriousList { answer label(lang: EN) }
          }
          subject(by: {person: $who}) {
            records(first: 20) { edges { node { __typename validUntil ... on Licence { licenceKind } } } }
          }
        }
        """;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** HTTP/1.1: without TLS, as in the demo, Java would ask to go on in HTTP/2, which the gateway does not speak. */
    private final HttpClient http = HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(10)).build();
    private final String gateway;
    private final String client;
    private final String operator;
    private final Key signing;
    private final Key binding;
    private String nonce;

    BankClient(String gateway, String client, String operator, Key signing, Key binding) {
        this.gateway = gateway;
        this.client = client;
        this.operator = operator;
        this.signing = signing;
        this.binding = binding;
    }

    /** Asks; the {@code consent_uri} of the answer is for the applicant. */
    String askConsent(String request) {
        String token = token(null);
        return bound("POST", "/consents", token, request, Map.of("Idempotency-Key", random()));
    }

    /** How it stands: pending, active, not_granted or ended. */
    String consent(String id) {
        return bound("GET", "/consents/" + id, token(null), null, Map.of());
    }

    /** Until it is decided. A webhook spares the asking. */
    String waitFor(String id) throws InterruptedException {
        while (true) {
            String status = text(consent(id), "status");
            if (!status.equals("pending")) {
                return status;
            }
            Thread.sleep(2000);
        }
    }

    /** Each call is a use of the consent. */
    String query(String consent, String variables) {
        String body = "{\"query\":" + quoted(QUERY) + ",\"variables\":" + variables + "}";
        Map<String, String> accept = Map.of("Accept", "application/graphql-response+json");
        return bound("POST", "/graphql", token(consent), body, accept);
    }

    /** A token of five minutes, bound to our key: for one consent or, without one, for asking and looking. */
    String token(String consent) {
        Supplier<HttpResponse<String>> send = () -> {
            Map<String, String> form = new LinkedHashMap<>();
            form.put("grant_type", "client_credentials");
            form.put("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
            form.put("client_assertion", assertion());
            form.put("operator", operator);
            if (consent != null) {
                form.put("authorization_details",
                    "[{\"type\":\"credit-consent/1\",\"consent_id\":" + quoted(consent) + "}]");
            }
            Map<String, String> headers = Map.of(
                "Content-Type", "application/x-www-form-urlencoded", "DPoP", proof("POST", "/oauth/token", null));
            return send("POST", "/oauth/token", encodedForm(form), headers);
        };
        return text(withNonce(send), "access_token");
    }

    private String bound(String method, String path, String token, String body, Map<String, String> more) {
        return withNonce(() -> {
            Map<String, String> headers = new TreeMap<>(more);
            headers.put("Authorization", "DPoP " + token);
            headers.put("DPoP", proof(method, path, token));
            if (body != null) {
                headers.put("Content-Type", "application/json");
            }
            return send(method, path, body, headers);
        });
    }

    /** Once more with the nonce that the gateway wants (RFC 9449 8). */
    private String withNonce(Supplier<HttpResponse<String>> send) {
        HttpResponse<String> answer = send.get();
        String challenge = answer.headers().firstValue("www-authenticate").orElse("");
        boolean refused = answer.statusCode() == 400 || answer.statusCode() == 401;
        if (refused && (challenge.contains("use_dpop_nonce") || answer.body().contains("use_dpop_nonce"))) {
            answer = send.get();
        }
        if (answer.statusCode() >= 400) {
            throw new GatewayException(answer.statusCode(), answer.body());
        }
        return answer.body();
    }

    private HttpResponse<String> send(String method, String path, String body, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(gateway + path)).timeout(Duration.ofSeconds(30));
        headers.forEach(request::header);
        request.method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        try {
            HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
            nonce = answer.headers().firstValue("dpop-nonce").orElse(nonce);
            return answer;
        } catch (IOException failure) {
            throw new IllegalStateException("the gateway could not be reached", failure);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("stopped while waiting for the gateway", stopped);
        }
    }

    private String assertion() {
        long now = Instant.now().getEpochSecond();
        String header = "{\"alg\":\"Ed25519\",\"typ\":\"JWT\",\"kid\":" + quoted(signing.thumbprint()) + "}";
        String claims = "{\"iss\":" + quoted(client) + ",\"sub\":" + quoted(client) + ",\"aud\":" + quoted(gateway)
            + ",\"jti\":" + quoted(random()) + ",\"iat\":" + now + ",\"exp\":" + (now + 60) + "}";
        return signing.signed(header, claims);
    }

    private String proof(String method, String path, String token) {
        String header = "{\"alg\":\"Ed25519\",\"typ\":\"dpop+jwt\",\"jwk\":" + binding.jwk() + "}";
        String claims = "{\"jti\":" + quoted(random()) + ",\"htm\":" + quoted(method)
            + ",\"htu\":" + quoted(gateway + path) + ",\"iat\":" + Instant.now().getEpochSecond()
            + (token == null ? "" : ",\"ath\":" + quoted(encoded(sha256(token))))
            + (nonce == null ? "" : ",\"nonce\":" + quoted(nonce)) + "}";
        return binding.signed(header, claims);
    }

    /** A pair of keys of Ed25519. */
    record Key(PrivateKey secret, EdECPublicKey open) {

        static Key read(Path folder, String name) throws IOException, GeneralSecurityException {
            KeyFactory factory = KeyFactory.getInstance("Ed25519");
            byte[] secret = unwrapped(Files.readString(folder.resolve(name + ".pem")));
            byte[] open = unwrapped(Files.readString(folder.resolve(name + ".public.pem")));
            return new Key(factory.generatePrivate(new PKCS8EncodedKeySpec(secret)),
                (EdECPublicKey) factory.generatePublic(new X509EncodedKeySpec(open)));
        }

        static void make(Path folder, String name) throws IOException, GeneralSecurityException {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            Path secret = Files.createFile(folder.resolve(name + ".pem"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(secret, wrapped("PRIVATE", pair.getPrivate().getEncoded()));
            Files.writeString(folder.resolve(name + ".public.pem"), wrapped("PUBLIC", pair.getPublic().getEncoded()));
        }

        /** RFC 8037: the point in 32 bytes, the least significant first, with the sign of x in the last bit. */
        String x() {
            byte[] raw = new byte[32];
            BigInteger y = open.getPoint().getY();
            for (int place = 0; place < 32; place++) {
                raw[place] = y.shiftRight(8 * place).byteValue();
            }
            if (open.getPoint().isXOdd()) {
                raw[31] |= (byte) 0x80;
            }
            return encoded(raw);
        }

        /** The members in alphabetical order, as a thumbprint wants them (RFC 7638). */
        String jwk() {
            return "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"" + x() + "\"}";
        }

        String thumbprint() {
            return encoded(sha256(jwk()));
        }

        String signed(String header, String claims) {
            String text = encoded(header.getBytes(StandardCharsets.UTF_8)) + "."
                + encoded(claims.getBytes(StandardCharsets.UTF_8));
            try {
                Signature signature = Signature.getInstance("Ed25519");
                signature.initSign(secret);
                signature.update(text.getBytes(StandardCharsets.US_ASCII));
                return text + "." + encoded(signature.sign());
            } catch (GeneralSecurityException failure) {
                throw new IllegalStateException("the key does not sign", failure);
            }
        }
    }

    /** A pre-loan check: no more than is needed, for thirty days and two uses. */
    static String loanCheck(String matter, String person) {
        return "{\"type\":\"credit-consent/1\",\"purpose\":\"PM-901\",\"manner\":\"check\",\"matter\":" + quoted(matter)
            + ",\"subject\":{\"person\":" + person + "}"
            + ",\"items\":[\"DEFAULTER\",\"SERIOUS_LIST\",\"PRACTICE_LICENCE\"]"
            + ",\"fields\":[\"Standing.judgmentDefaulter\",\"Standing.seriousList\",\"Licence.licenceKind\","
            + "\"Record.validUntil\"]"
            + ",\"period\":{\"from\":\"2021-01-01\",\"until\":" + quoted(LocalDate.now().toString()) + "}"
            + ",\"uses\":2,\"expires_in\":30,\"retention_days\":365"
            + ",\"necessity\":\"贷款审批需要核实司法、严重失信和执业许可信息\",\"service_depends\":true}";
    }

    static String encoded(byte[] raw) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(raw);
    }

    static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("no SHA-256", failure);
        }
    }

    static String random() {
        byte[] raw = new byte[24];
        RANDOM.nextBytes(raw);
        return encoded(raw);
    }

    private static String encodedForm(Map<String, String> form) {
        return form.entrySet().stream()
            .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    }

    private static String wrapped(String kind, byte[] raw) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(raw);
        return "-----BEGIN " + kind + " KEY-----\n" + text + "\n-----END " + kind + " KEY-----\n";
    }

    private static byte[] unwrapped(String pem) {
        return Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
    }

    /** A text as JSON. */
    static String quoted(String text) {
        StringBuilder found = new StringBuilder("\"");
        text.chars().forEach(each -> {
            if (each == '"' || each == '\\') {
                found.append('\\').append((char) each);
            } else if (each < 0x20) {
                found.append(String.format("\\u%04x", each));
            } else {
                found.append((char) each);
            }
        });
        return found.append('"').toString();
    }

    /** The first member of that name whose value is a text. */
    static String text(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\"\\s*:\\s*\"([^\"\\\\]*)\"").matcher(json);
        return found.find() ? found.group(1) : "";
    }

    public static void main(String[] words) throws Exception {
        Path folder = Path.of(words[1]);
        if (words[0].equals("keys")) {
            Files.createDirectories(folder);
            Key.make(folder, "signing");
            Key.make(folder, "binding");
            Key signing = Key.read(folder, "signing");
            String jwk = signing.jwk().replace("}", ",\"kid\":" + quoted(signing.thumbprint()) + "}");
            Files.writeString(folder.resolve("signing.jwks.json"), "{\"keys\":[" + jwk + "]}");
            System.out.println("give signing.jwks.json and binding.public.pem to whoever runs the gateway");
            return;
        }
        Key signing = Key.read(folder, "signing");
        BankClient bank = new BankClient(words[2], words[3], words[4], signing, Key.read(folder, "binding"));
        String person = "{\"idType\":\"RESIDENT_ID\",\"idNumber\":" + quoted(words[6])
            + ",\"name\":" + quoted(words[7]) + "}";
        String asked = bank.askConsent(loanCheck(words[5], person));
        System.err.println("The applicant decides at " + text(asked, "consent_uri"));
        String status = bank.waitFor(text(asked, "id"));
        if (!status.equals("active")) {
            System.err.println("There is no consent: " + status);
            System.exit(1);
        }
        System.out.println(bank.query(text(asked, "id"), "{\"who\":" + person + ",\"matter\":" + quoted(words[5]) + "}"));
    }
}
