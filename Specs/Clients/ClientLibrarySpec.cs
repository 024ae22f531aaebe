using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Clients;

/// <summary>
/// Client libraries see the same of ActorEtcd as of a real etcd: keys, transactions, watches, leases, locks, elections
/// and errors. The scripts beside this file are the programs that use them.
/// </summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class ClientLibrarySpec
{
    [ClientFact(ClientLibrary.NpmEtcd3)]
    public Task Npm_etcd3_sees_no_difference() => CompareAsync(ClientLibrary.NpmEtcd3);

    [ClientFact(ClientLibrary.PythonEtcd3Gateway)]
    public Task Python_etcd3gw_sees_no_difference() => CompareAsync(ClientLibrary.PythonEtcd3Gateway);

    private static async Task CompareAsync(ClientLibrary library)
    {
        await using SingleServer etcd = await SingleServer.StartAsync(ServerKind.Etcd);
        await using SingleServer actorEtcd = await SingleServer.StartAsync(ServerKind.ActorEtcd);
        ClientScript script = ClientScript.Of(library);
        string[] seen = await Task.WhenAll(script.RunAsync(etcd.Process), script.RunAsync(actorEtcd.Process));

        Assert.EndsWith("done\n", seen[0], StringComparison.Ordinal);
        Assert.Equal(seen[0], seen[1]);
    }
}
