using System.Diagnostics;
using ActorEtcd.Host.Discovery;
using ActorEtcd.Specs.Host.Discovery;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Host.Cli.Ctl;

/// <summary>Endpoints that DNS names, for the commands of both APIs.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class CtlSrvSpec : IAsyncLifetime
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    private SingleServer _server = null!;

    public async Task InitializeAsync() => _server = await SingleServer.StartAsync(ServerKind.ActorEtcd);

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Endpoints_are_those_of_the_records()
    {
        using var dns = new DnsServer(new()
        {
            ["_etcd-client._tcp.specs.test"] = [("localhost", _server.Process.Settings.ClientPort)],
            ["_etcd-client-named._tcp.specs.test"] = [("localhost", _server.Process.Settings.ClientPort)],
        });
        Assert.Equal((0, "OK\n"), await RunAsync(dns, "3", "--discovery-srv", "specs.test", "put", "a", "1"));
        Assert.Equal((0, "a\n1\n"), await RunAsync(dns, "3", "-d", "specs.test", "--discovery-srv-name", "named", "get", "a"));
        Assert.Equal((0, "two\n"), await RunAsync(dns, "2", "--discovery-srv", "specs.test", "--insecure-discovery", "--no-sync", "set", "b", "two"));
        Assert.Equal((0, "two\n"), await RunAsync(dns, "2", "-D", "specs.test", "--insecure-discovery", "get", "b"));
    }

    [Fact]
    public async Task Records_of_clear_text_are_not_taken_where_they_are_not_wanted()
    {
        using var dns = new DnsServer(new() { ["_etcd-client._tcp.specs.test"] = [("localhost", _server.Process.Settings.ClientPort)] });
        Assert.NotEqual(0, (await RunAsync(dns, "3", "--discovery-srv", "specs.test", "--insecure-discovery=false", "--endpoints=127.0.0.1:1", "--command-timeout=1s", "put", "a", "1")).ExitCode);
        Assert.NotEqual(0, (await RunAsync(dns, "2", "--discovery-srv", "specs.test", "--timeout", "1s", "set", "a", "1")).ExitCode);
        Assert.NotEqual(0, (await RunAsync(dns, "3", "--discovery-srv", "nobody.test", "put", "a", "1")).ExitCode);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(DnsServer dns, string api, params string[] arguments)
    {
        ProcessStartInfo start = ActorEtcdProcess.Executable();
        foreach (string argument in (string[])["ctl", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[SrvQuery.ServersVariable] = dns.Address;
        start.Environment["ETCDCTL_API"] = api;
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync().WaitAsync(Within);
        await process.WaitForExitAsync().WaitAsync(Within);
        return (process.ExitCode, process.ExitCode == 0 ? output : output + await errors);
    }
}
