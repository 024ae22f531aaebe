using ActorEtcd.Host.Cli.Ctl.Client;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;

namespace ActorEtcd.Host.Cli.Bench;

/// <summary>All connections of a run.</summary>
internal static class BenchConnections
{
    public static async Task<BenchConnection[]> OpenAsync(BenchOptions options)
    {
        int count = Math.Min(options.Connections, options.Clients);
        var connections = new BenchConnection[count];
        for (int i = 0; i < count; i++)
        {
            connections[i] = await BenchConnection.OpenAsync(options, i);
        }

        return connections;
    }

    /// <summary>Exchanges name and password for a token, when there are any.</summary>
    public static async Task<BenchOptions> AuthenticatedAsync(BenchOptions options)
    {
        if (options.User.Length == 0)
        {
            return options;
        }

        int colon = options.User.IndexOf(':', StringComparison.Ordinal);
        var request = new AuthenticateRequest { Name = options.User[..colon], Password = options.User[(colon + 1)..] };
        await using GrpcChannel channel = await DialAsync(options, options.Endpoints[0]);
        return options with { Token = (await channel.UnaryAsync(CtlMethods.Authenticate, request, options.Timeout)).Token };
    }

    /// <summary>A connection to an endpoint, with what it needs for TLS and users.</summary>
    public static Task<GrpcChannel> DialAsync(BenchOptions options, CtlEndpoint endpoint, TimeSpan? within = null)
    {
        bool isGiven = options.Certificate.Length + options.Authorities.Length > 0;
        CtlTls? tls = endpoint.IsSecure ?? isGiven
            ? CtlTls.Load(options.Certificate, options.Key, options.Authorities, serverName: "", skipsVerification: false, isDefault: true)
            : null;
        return GrpcChannel.ConnectAsync(endpoint.Address, endpoint.Authority, new GrpcChannelOptions
        {
            InlineContinuations = true,
            ConnectTimeout = within ?? GrpcChannelOptions.Default.ConnectTimeout,
            Tls = tls?.OptionsFor(endpoint.Host),
            Metadata = options.Token is { } token ? [new("token", token)] : [],
        });
    }

    public static async Task CloseAsync(IEnumerable<BenchConnection> connections)
    {
        foreach (BenchConnection connection in connections)
        {
            await connection.DisposeAsync();
        }
    }
}
