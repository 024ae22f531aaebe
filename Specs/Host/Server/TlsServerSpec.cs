using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Host.Server;

/// <summary>A server whose client port speaks TLS, driven by the real etcdctl.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class TlsServerSpec : IDisposable
{
    private readonly Node _node = new();
    private readonly TempDir _certificates = new();
    private readonly TestAuthority _authority;
    private readonly IssuedCertificate _server;

    public TlsServerSpec()
    {
        _authority = new TestAuthority(_certificates.Path, "ca");
        _server = _authority.Issue("server");
    }

    private string Url => $"https://127.0.0.1:{_node.ClientPort}";

    public void Dispose()
    {
        _authority.Dispose();
        _certificates.Dispose();
        _node.Dispose();
    }

    [Fact]
    public async Task Etcdctl_works_with_its_certificate_and_not_without()
    {
        await using ServerRun run = await ServeAsync("--client-cert-auth", "--trusted-ca-file", _authority.Path);
        IssuedCertificate alice = _authority.Issue("alice");
        EtcdctlResult put = await RunAsync(alice, "put", "k", "v");
        EtcdctlResult get = await RunAsync(alice, "get", "k", "--print-value-only");
        EtcdctlResult health = await RunAsync(alice, "endpoint", "health");
        EtcdctlResult status = await RunAsync(alice, "endpoint", "status");
        EtcdctlResult without = await RunAsync(null, "--dial-timeout=2s", "--command-timeout=2s", "put", "k", "w");
        Assert.Equal((0, "OK\n"), (put.ExitCode, put.Output));
        Assert.Equal((0, "v\n"), (get.ExitCode, get.Output));
        Assert.Equal(0, health.ExitCode);
        Assert.True(status.ExitCode == 0, status.Errors);
        Assert.NotEqual(0, without.ExitCode);
        await run.SaysAsync("tls: client didn't provide a certificate");
    }

    [Fact]
    public async Task Common_name_of_the_certificate_is_the_user()
    {
        await using ServerRun run = await ServeAsync("--client-cert-auth", "--trusted-ca-file", _authority.Path);
        IssuedCertificate root = _authority.Issue("root");
        IssuedCertificate alice = _authority.Issue("alice");
        foreach (string command in new[] { "user add root:pw", "user add alice:pw", "role add r", "role grant-permission r readwrite mine",
            "user grant-role alice r", "auth enable" })
        {
            EtcdctlResult done = await RunAsync(root, command.Split(' '));
            Assert.True(done.ExitCode == 0, $"{command}: {done.Errors}");
        }

        Assert.Equal(0, (await RunAsync(alice, "put", "mine", "1")).ExitCode);
        EtcdctlResult denied = await RunAsync(alice, "put", "other", "1");
        Assert.Contains("etcdserver: permission denied", denied.Errors, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync(root, "put", "other", "1")).ExitCode);
        EtcdctlResult stranger = await RunAsync(_authority.Issue("nobody"), "put", "mine", "1");
        Assert.NotEqual(0, stranger.ExitCode);
    }

    [Fact]
    public async Task Server_makes_a_certificate_of_its_own_and_keeps_it_over_a_restart()
    {
        string path = Path.Combine(_node.DataDir, "fixtures", "client", "cert.pem");
        string[] first;
        await using (ServerRun run = await ServingAsync("--auto-tls"))
        {
            first = await File.ReadAllLinesAsync(path);
            EtcdctlResult put = await Etcdctl.RunAsync(Url, "--insecure-skip-tls-verify", "--cacert", path, "put", "k", "v");
            Assert.True(put.ExitCode == 0, put.Errors);
            await run.EndAsync();
        }

        await using ServerRun again = await ServingAsync("--auto-tls");
        Assert.Equal(first, await File.ReadAllLinesAsync(path));
    }

    [Theory]
    [InlineData("", "KeyFile and CertFile are not presented")]
    [InlineData("--cert-file cert", "KeyFile and CertFile must both be present")]
    [InlineData("--cert-file nowhere.pem --key-file nowhere.pem", "cannot use the certificate nowhere.pem")]
    public async Task Https_url_without_a_usable_certificate_is_refused(string flags, string reason)
    {
        await using ServerRun run = await ServerRun.ToEndAsync(
            _node.Arguments([.. Https, .. flags.Split(' ', StringSplitOptions.RemoveEmptyEntries)]));
        Assert.Equal(1, await run.ExitCodeAsync());
        Assert.Contains(reason, run.Errors[^1], StringComparison.Ordinal);
    }

    private string[] Https => ["--listen-client-urls", Url, "--advertise-client-urls", Url];

    private Task<ServerRun> ServeAsync(params string[] flags) => ServingAsync(
        ["--cert-file", _server.CertificatePath, "--key-file", _server.KeyPath, .. flags]);

    private Task<ServerRun> ServingAsync(params string[] flags) => _node.ServeAsync([.. Https, .. flags]);

    private Task<EtcdctlResult> RunAsync(IssuedCertificate? certificate, params string[] command) => Etcdctl.RunAsync(
        Url,
        ["--cacert", _authority.Path, .. certificate is null ? [] : new[] { "--cert", certificate.CertificatePath, "--key", certificate.KeyPath }, .. command]);
}
