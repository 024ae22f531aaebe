using System.Diagnostics;
using System.Net.NetworkInformation;
using ActorEtcd.Specs.Repo;
using ActorEtcd.Specs.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace ActorEtcd.Specs.Host.Server;

/// <summary>The README's first command, with the build that the specs were built with.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class QuickStartSpec(ITestOutputHelper output)
{
    private const string Command = "dotnet run --project Host -c Release";
    private const int ClientPort = 2379;
    private const int PeerPort = 2380;

    [Fact]
    public async Task First_command_of_the_readme_serves_on_etcds_port_with_its_data_in_default_etcd()
    {
        Assert.Contains(Command, Repository.Lines("README.md"));
        using var dir = new TempDir();
        using var etcds = new Node { ClientPort = ClientPort, PeerPort = PeerPort };
        using var own = new Node();
        Node node = PortsAreFree() ? etcds : own;
        ServerRun? started = await TryServeAsync(node, dir.Path);
        await using ServerRun run = started ?? await ServerRun.ServingAsync(DotnetRun(), Flags(node = own), dir.Path);

        await node.PutAsync("greeting", "hello");
        Assert.Equal(["greeting=hello"], await node.ContentAsync());
        Assert.True(Directory.Exists(Path.Combine(dir.Path, "default.etcd", "member")));
        Assert.Equal(0, await run.EndAsync());
    }

    // Null when somebody else took etcd's ports after they were looked at.
    private async Task<ServerRun?> TryServeAsync(Node node, string directory)
    {
        try
        {
            return await ServerRun.ServingAsync(DotnetRun(), Flags(node), directory);
        }
        catch (ServerExitedException refused) when (refused.Message.Contains("bind: address already in use", StringComparison.Ordinal))
        {
            return null;
        }
    }

    // A build takes minutes, and the specs were built from the same sources: only 'run' is left to be seen.
    private static ProcessStartInfo DotnetRun()
    {
        string[] path = AppContext.BaseDirectory.TrimEnd('/').Split('/');
        string akka = path.Contains("packages") ? "packages" : "subset";
        return new ProcessStartInfo(
            "dotnet",
            ["run", "--project", Path.Combine(Repository.Root, "Host"), "-c", path[^2], "--no-build", $"-p:AkkaSource={akka}", "--"]);
    }

    // Something else may serve on etcd's own ports here; then everything but the ports is as in the README.
    private string[] Flags(Node node)
    {
        if (node.ClientPort == ClientPort)
        {
            return [];
        }

        output.WriteLine($"etcd's ports are in use: {node.ClientUrl} and {node.PeerUrl} instead");
        return node.Arguments()[2..];
    }

    private static bool PortsAreFree() => !IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners()
        .Any(listener => listener.Port is ClientPort or PeerPort);
}
