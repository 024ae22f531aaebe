using System.Net.Security;

namespace ActorEtcd.Specs.TestKit;

/// <summary>How one member is started.</summary>
public sealed record MemberSettings
{
    public required string Name { get; init; }

    public required string DataDir { get; init; }

    public required int ClientPort { get; init; }

    public required int PeerPort { get; init; }

    /// <summary>Where it listens when a proxy has the client port; 0 for the client port itself.</summary>
    public int ListenClientPort { get; init; }

    /// <summary>Where it listens when a proxy has the peer port; 0 for the peer port itself.</summary>
    public int ListenPeerPort { get; init; }

    public string PeerScheme { get; init; } = "http";

    /// <summary>How clients reach it by TLS; null: in clear text.</summary>
    public SslClientAuthenticationOptions? ClientTls { get; init; }

    /// <summary>Variables that its process gets besides those of the specs.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The --initial-cluster value; empty: the flags of bootstrapping are left out.</summary>
    public required string InitialCluster { get; init; }

    public string Token { get; init; } = "specs";

    public IReadOnlyList<string> ExtraArguments { get; init; } = [];

    public string ClientUrl => $"{ClientScheme}://127.0.0.1:{ClientPort}";

    public string ListenClientUrl => $"{ClientScheme}://127.0.0.1:{(ListenClientPort == 0 ? ClientPort : ListenClientPort)}";

    public string PeerUrl => $"{PeerScheme}://127.0.0.1:{PeerPort}";

    public string ListenPeerUrl => $"{PeerScheme}://127.0.0.1:{(ListenPeerPort == 0 ? PeerPort : ListenPeerPort)}";

    private string ClientScheme => ClientTls == null ? "http" : "https";

    /// <summary>A member of a cluster of one.</summary>
    public static MemberSettings Alone(string parentDir, string name = "default")
    {
        int peerPort = FreePorts.Next();
        return new MemberSettings
        {
            Name = name,
            DataDir = Path.Combine(parentDir, name),
            ClientPort = FreePorts.Next(),
            PeerPort = peerPort,
            InitialCluster = $"{name}=http://127.0.0.1:{peerPort}",
        };
    }
}
