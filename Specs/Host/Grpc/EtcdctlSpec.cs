using System.Diagnostics;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Host.Grpc;

/// <summary>etcd's own client, grpc-go inside, understands the layer.</summary>
public sealed class EtcdctlSpec
{
    [Fact]
    public async Task Etcdctl_puts_gets_and_reads_errors()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new ToyStore().Register);
        string endpoint = server.EndPoint.ToString();

        Assert.Equal("OK", (await Etcdctl.RunAsync(endpoint, "put", "a/1", "one")).Succeeded());
        Assert.Equal("OK", (await Etcdctl.RunAsync(endpoint, "put", "a/2", "two")).Succeeded());
        Assert.Equal("a/1\none\na/2\ntwo", (await Etcdctl.RunAsync(endpoint, "get", "--prefix", "a/")).Succeeded());
        Assert.Contains("3.7.0", (await Etcdctl.RunAsync(endpoint, "endpoint", "status")).Succeeded(), StringComparison.Ordinal);
        EtcdctlResult empty = await Etcdctl.RunAsync(endpoint, "get", "");
        EtcdctlResult unknown = await Etcdctl.RunAsync(endpoint, "member", "list");

        Assert.Contains("etcdserver: key is not provided", empty.Errors, StringComparison.Ordinal);
        Assert.Contains("unknown service etcdserverpb.Cluster", unknown.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Etcdctl_watches()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new ToyStore().Register);
        string endpoint = server.EndPoint.ToString();
        using Process watch = Etcdctl.Start(endpoint, ["watch", "a"]);
        try
        {
            Task<string?> first = watch.StandardOutput.ReadLineAsync();
            while (!first.IsCompleted)
            {
                // The watch may not be open yet: put until it sees one.
                (await Etcdctl.RunAsync(endpoint, "put", "a", "one")).Succeeded();
            }

            Assert.Equal("PUT", await first);
            Assert.Equal("a", await watch.StandardOutput.ReadLineAsync().WaitAsync(GrpcTestClient.Patience));
            Assert.Equal("one", await watch.StandardOutput.ReadLineAsync().WaitAsync(GrpcTestClient.Patience));
        }
        finally
        {
            watch.Kill();
        }
    }
}
