using System.Net.Sockets;
using ActorEtcd.Specs.Host.Cli.Ctl;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Host.Server;

/// <summary>Clients that come by a Unix socket instead of a port.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class UnixSocketSpec : IDisposable
{
    private readonly Node _node = new();

    private string SocketPath => Path.Combine(_node.Directory, "clients.sock");

    private string Url => "unix://" + SocketPath;

    public void Dispose() => _node.Dispose();

    [Fact]
    public async Task Clients_are_served_by_a_socket_beside_a_port_and_after_a_crash_again()
    {
        string[] arguments = _node.Arguments("--listen-client-urls", $"{_node.ClientUrl},{Url}", "--advertise-client-urls", Url);
        await using (ServerRun first = await ServerRun.ServingAsync(arguments))
        {
            Assert.Equal("OK", (await CtlRun.RunAsync(["--endpoints", Url, "put", "ours", "1"])).Succeeded());
            Assert.Equal("OK", (await Etcdctl.RunAsync(Url, "put", "theirs", "2")).Succeeded());
            Assert.Equal(["ours=1", "theirs=2"], await _node.ContentAsync());
            Assert.Contains($", {Url}, ", (await CtlRun.RunAsync(["--endpoints", _node.ClientUrl, "member", "list"])).Succeeded(), StringComparison.Ordinal);
            Assert.Contains("\"health\":\"true\"", await GetAsync("/health"), StringComparison.Ordinal);

            using var other = new Node();
            await using ServerRun refused = await ServerRun.ToEndAsync(other.Arguments("--listen-client-urls", Url));
            Assert.Equal(1, await refused.ExitCodeAsync());
            Assert.Contains($"listen unix {SocketPath}: bind: address already in use", refused.Story(), StringComparison.Ordinal);
            await first.KillAsync();
        }

        Assert.True(File.Exists(SocketPath));
        await using ServerRun second = await ServerRun.ServingAsync(arguments);
        Assert.Equal("ours\n1", (await CtlRun.RunAsync(["--endpoints", Url, "get", "ours"])).Succeeded());
        Assert.Equal(0, await second.EndAsync());
        Assert.False(File.Exists(SocketPath));
    }

    [Fact]
    public async Task Socket_in_the_working_directory_speaks_tls()
    {
        using var authority = new TestAuthority(_node.Directory, "ca");
        IssuedCertificate certificate = authority.Issue("server");
        string[] arguments = _node.Arguments(
            "--listen-client-urls", "unixs://localhost:7", "--advertise-client-urls", "unixs://localhost:7",
            "--cert-file", certificate.CertificatePath, "--key-file", certificate.KeyPath);
        await using ServerRun run = ServerRun.Start(arguments, environment: null, _node.Directory);
        await run.ServesAsync();
        string url = "unixs://" + Path.Combine(_node.Directory, "localhost:7");

        Assert.Equal("OK", (await CtlRun.RunAsync(["--endpoints", url, "--cacert", authority.Path, "put", "a", "1"])).Succeeded());
        EtcdctlResult unknown = await CtlRun.RunAsync(["--endpoints", url, "--command-timeout=3s", "put", "a", "2"]);
        Assert.NotEqual(0, unknown.ExitCode);
    }

    private async Task<string> GetAsync(string path)
    {
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var http = new HttpClient(handler);
        return await http.GetStringAsync(new Uri("http://localhost" + path));
    }
}
