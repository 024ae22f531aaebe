namespace ActorEtcd.Host.Cli.Ctl.Client;

/// <summary>How a client reaches its cluster.</summary>
internal sealed record CtlClientOptions
{
    public required IReadOnlyList<CtlEndpoint> Endpoints { get; init; }

    public TimeSpan DialTimeout { get; init; } = TimeSpan.FromSeconds(2);

    public TimeSpan KeepAliveTime { get; init; } = TimeSpan.FromSeconds(2);

    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>Null: connections are in clear text unless an endpoint is an https URL.</summary>
    public CtlTls? Tls { get; init; }

    /// <summary>Null: nobody is authenticated.</summary>
    public string? User { get; init; }

    public string Password { get; init; } = "";

    /// <summary>A token made elsewhere, in place of user and password.</summary>
    public string? Token { get; init; }

    /// <summary>0: no limit of ours.</summary>
    public int RequestBytesMax { get; init; }

    public int ResponseBytesMax { get; init; } = int.MaxValue;

    public bool IsDebug { get; init; }

    /// <summary>True: calls come one after the other; the thread that makes one waits for its answer.</summary>
    public bool IsBlocking { get; init; }
}
