using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Host.Services;

/// <summary>One server process on which users matter, with the sessions of root and of a user with few rights.</summary>
public sealed class GuardedFixture : IAsyncLifetime
{
    public SingleServer Server { get; private set; } = null!;

    public IReadOnlyList<KeyValuePair<string, string>> Root { get; private set; } = [];

    public IReadOnlyList<KeyValuePair<string, string>> User { get; private set; } = [];

    public async Task InitializeAsync()
    {
        Server = await SingleServer.StartAsync(ServerKind.ActorEtcd, GuardedServer.CheapHashes);
        await GuardedServer.EnableWithUserAsync(Server.Channel);
        Root = await GuardedServer.LoginAsync(Server.Channel, "root", "root");
        User = await GuardedServer.LoginAsync(Server.Channel, "u", "pw");
    }

    public async Task DisposeAsync()
    {
        if (Server is not null)
        {
            await Server.DisposeAsync();
        }
    }
}
