using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Host.Services;

/// <summary>One server process, shared by the specs of a class, which use keys of their own.</summary>
public sealed class ServerFixture : IAsyncLifetime
{
    public SingleServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await SingleServer.StartAsync(SpecEnvironment.ServerUnderTest);

    public async Task DisposeAsync()
    {
        if (Server is not null)
        {
            await Server.DisposeAsync();
        }
    }
}
