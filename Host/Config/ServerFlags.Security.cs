namespace ActorEtcd.Host.Config;

/// <summary>Flags of TLS, of browsers, and of users.</summary>
public static partial class ServerFlags
{
    private static IEnumerable<FlagDefinition> Security()
    {
        const string section = "Security";
        const string oneCertificate = "a member shows one certificate, whether it calls or answers.";
        return
        [
            new("cert-file", FlagKind.Text, "", section, "PEM file with the certificate shown to clients; https URLs need it."),
            new("key-file", FlagKind.Text, "", section, "PEM file with the key of that certificate."),
            new("client-cert-file", FlagKind.Text, "", section, "Certificate with which the server calls itself.") { Notice = "the server does not call itself." },
            new("client-key-file", FlagKind.Text, "", section, "Key of that certificate.") { Notice = "the server does not call itself." },
            new("client-cert-auth", FlagKind.Switch, "false", section, "Whether clients must present a certificate."),
            new("trusted-ca-file", FlagKind.Text, "", section, "PEM file with the authorities that clients' certificates must come from."),
            new("client-crl-file", FlagKind.Text, "", section, "Revocation list with client certificates that are not accepted any more."),
            new("client-cert-allowed-hostname", FlagKind.List, "", section, "Host names or addresses; clients' certificates must be made out to one of them."),
            new("auto-tls", FlagKind.Switch, "false", section, "Make a self-signed certificate for https client URLs when none is given."),
            new("peer-cert-file", FlagKind.Text, "", section, "PEM file with the certificate shown to the other members; https peer URLs need it."),
            new("peer-key-file", FlagKind.Text, "", section, "PEM file with the key of that certificate."),
            new("peer-client-cert-file", FlagKind.Text, "", section, "Another certificate, for calls to the other members.") { Notice = oneCertificate },
            new("peer-client-key-file", FlagKind.Text, "", section, "Key of that certificate.") { Notice = oneCertificate },
            new("peer-client-cert-auth", FlagKind.Switch, "false", section, "Whether members that connect must present a certificate."),
            new("peer-trusted-ca-file", FlagKind.Text, "", section, "PEM file with the authorities that members' certificates must come from."),
            new("peer-auto-tls", FlagKind.Switch, "false", section, "Make a self-signed certificate for https peer URLs when none is given; other members' are not checked then."),
            new("peer-crl-file", FlagKind.Text, "", section, "Revocation list with members' certificates that are not accepted any more."),
            new("peer-cert-allowed-cn", FlagKind.List, "", section, "Common names; members' certificates must have one of them."),
            new("peer-cert-allowed-hostname", FlagKind.List, "", section, "Host names or addresses; members' certificates must be made out to one of them."),
            new("peer-skip-client-san-verification", FlagKind.Switch, "false", section, "Do not compare a member's address with its certificate.") { Notice = "that is never compared." },
            new("self-signed-cert-validity", FlagKind.Number, "1", section, "Years for which a self-signed certificate is valid."),
            new("cipher-suites", FlagKind.List, "", section, "Cipher suites of TLS 1.2, by Go's names; the platform's choice when empty."),
            new("tls-min-version", FlagKind.Text, "TLS1.2", section, "The lowest version of TLS: TLS1.2 or TLS1.3."),
            new("tls-max-version", FlagKind.Text, "", section, "The highest version of TLS: TLS1.2 or TLS1.3; the highest there is when empty."),
            new("cors", FlagKind.Origins, "*", section, "Origins whose scripts a browser may let read answers; * for all."),
            new("host-whitelist", FlagKind.List, "*", section, "Host names that a request without TLS may be addressed to; * for all."),
        ];
    }

    private static IEnumerable<FlagDefinition> Auth()
    {
        const string section = "Auth";
        return
        [
            new("auth-token", FlagKind.Text, "simple", section, "Tokens of users: 'simple', or 'jwt,pub-key=<file>,priv-key=<file>,sign-method=<method>,ttl=<duration>'."),
            new("bcrypt-cost", FlagKind.Number, "10", section, "The cost of hashing passwords, from 4 to 31; each step doubles it."),
            new("auth-token-ttl", FlagKind.Number, "300", section, "Seconds for which a simple token lives after its last use."),
        ];
    }
}
