namespace ActorEtcd.Host.Cli.Ctl;

/// <summary>The flags that every command takes, and the environment variables that stand for them.</summary>
internal static class CtlFlags
{
    public const string VariablePrefix = "ETCDCTL_";

    public static readonly CtlFlag[] Globals =
    [
        new("endpoints", CtlFlagKind.List, "127.0.0.1:2379", "Where the cluster's members are, separated by commas."),
        CtlFlag.Switch("debug", "Tell on standard error what the client does."),
        CtlFlag.Text("write-out", "simple", "The output format: fields, json, protobuf, simple or table.", 'w')
            with { Choices = ["fields", "json", "protobuf", "simple", "table"] },
        CtlFlag.Switch("hex", "Show bytes, and ids where the format has them, in hexadecimal."),
        new("dial-timeout", CtlFlagKind.Duration, "2s", "How long connecting to an endpoint may take."),
        new("command-timeout", CtlFlagKind.Duration, "5s", "How long a short command may take, without dialling."),
        new("keepalive-time", CtlFlagKind.Duration, "2s", "How long a connection may be silent before it is probed."),
        new("keepalive-timeout", CtlFlagKind.Duration, "6s", "How long the answer to a probe may take."),
        CtlFlag.Number("max-request-bytes", "Largest request in bytes; 0 leaves the limit to the server."),
        CtlFlag.Number("max-recv-bytes", "Largest answer in bytes; 0 for no limit."),
        new("insecure-transport", CtlFlagKind.Switch, "true", "Speak in clear text to endpoints without a scheme."),
        new("insecure-discovery", CtlFlagKind.Switch, "true", "Accept endpoints from DNS that do without TLS."),
        CtlFlag.Switch("insecure-skip-tls-verify", "Trust whatever certificate the server shows; for trials only."),
        CtlFlag.Text("cert", "", "File with the certificate that this client shows."),
        CtlFlag.Text("key", "", "File with the key of that certificate."),
        CtlFlag.Text("cacert", "", "File with the authorities that the server's certificate must come from."),
        CtlFlag.Text("auth-jwt-token", "", "A token to authenticate with, in place of user and password."),
        CtlFlag.Text("user", "", "The user to authenticate as, name or name:password; a missing password is asked for."),
        CtlFlag.Text("password", "", "The password of the user, when it does not stand with the name."),
        CtlFlag.Text("discovery-srv", "", "A domain whose SRV records name the endpoints.", 'd'),
        CtlFlag.Text("discovery-srv-name", "", "The service name in those records, when there is one."),
        CtlFlag.Text("compat-version", CtlVersion.Default, "The etcdctl whose way of printing is wanted: 3.4 to 3.7."),
    ];

    public static string VariableOf(string flag)
        => VariablePrefix + flag.ToUpperInvariant().Replace('-', '_');
}
