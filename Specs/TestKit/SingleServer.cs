using ActorEtcd.Host.GrpcClient;

namespace ActorEtcd.Specs.TestKit;

/// <summary>A cluster of one in a directory of its own, with a connection to it.</summary>
public sealed class SingleServer : IAsyncDisposable
{
    private readonly TempDir _dir = new();

    private SingleServer(ServerKind kind, IReadOnlyList<string> extraArguments)
    {
        Process = MemberProcess.Of(kind, MemberSettings.Alone(_dir.Path) with { ExtraArguments = extraArguments });
    }

    public MemberProcess Process { get; }

    public GrpcChannel Channel { get; private set; } = null!;

    public static async Task<SingleServer> StartAsync(ServerKind kind, params string[] extraArguments)
    {
        var server = new SingleServer(kind, extraArguments);
        try
        {
            await server.Process.StartAndWaitAsync();
            server.Channel = await server.Process.ConnectAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Channel != null)
        {
            await Channel.DisposeAsync();
        }

        await Process.DisposeAsync();
        _dir.Dispose();
    }
}
