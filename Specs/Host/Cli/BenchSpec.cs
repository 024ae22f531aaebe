using System.Text.Json;
using ActorEtcd.Specs.Host.Server;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Host.Cli;

/// <summary>The load generator against a server that wants certificates and users, and one that wants neither.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class BenchSpec : IDisposable
{
    private readonly Node _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public async Task Every_load_comes_to_its_end_without_errors()
    {
        await using ServerRun server = await _node.ServeAsync();
        foreach (string load in new[]
        {
            "put --sequential-keys --key-space-size 50", "range", "txn-put --txn-ops 2 --key-space-size 50", "watch --streams 2 --put-total 50", "lease-keepalive --precise",
        })
        {
            await RunAsync($"127.0.0.1:{_node.ClientPort}", load.Split(' '));
        }
    }

    [Fact]
    public async Task Load_goes_through_tls_as_a_user()
    {
        using var authority = new TestAuthority(_node.Directory, "ca");
        IssuedCertificate certificate = authority.Issue("server");
        string url = $"https://127.0.0.1:{_node.ClientPort}";
        await using ServerRun server = await ServerRun.ServingAsync(_node.Arguments(
            "--listen-client-urls", url, "--advertise-client-urls", url, "--cert-file", certificate.CertificatePath, "--key-file", certificate.KeyPath));
        foreach (string command in new[] { "user add root:pw", "user grant-role root root", "auth enable" })
        {
            EtcdctlResult done = await Etcdctl.RunAsync(url, ["--cacert", authority.Path, .. command.Split(' ')]);
            Assert.True(done.ExitCode == 0, $"{command}: {done.Errors}");
        }

        await RunAsync(url, "put", "--cacert", authority.Path, "--user", "root:pw");
        await using ServerRun stranger = await ServerRun.ToEndAsync("bench", "put", "--endpoints", url, "--cacert", authority.Path, "--total", "5");
        Assert.Equal(1, await stranger.ExitCodeAsync());
    }

    private static async Task RunAsync(string endpoint, params string[] load)
    {
        await using ServerRun bench = await ServerRun.ToEndAsync(
            ["bench", .. load, "--endpoints", endpoint, "--total", "50", "--conns", "2", "--clients", "5", "--json"]);
        Assert.True(await bench.ExitCodeAsync() == 0, $"{string.Join(' ', load)}: {bench.Story()}");
        using JsonDocument result = JsonDocument.Parse(Assert.Single(bench.Output));
        Assert.Equal(0, result.RootElement.GetProperty("errors").GetInt64());
    }
}
