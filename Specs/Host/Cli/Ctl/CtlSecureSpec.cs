using ActorEtcd.Host.Cli.Ctl;
using ActorEtcd.Host.Cli.Ctl.Client;
using ActorEtcd.Specs.Host.Server;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Host.Cli.Ctl;

/// <summary>Certificates and passwords.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class CtlSecureSpec : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private readonly Node _node = new();
    private readonly TempDir _certificates = new();
    private readonly TestAuthority _authority;

    public CtlSecureSpec()
    {
        _authority = new TestAuthority(_certificates.Path, "ca");
    }

    private string Url => $"https://127.0.0.1:{_node.ClientPort}";

    public void Dispose()
    {
        _authority.Dispose();
        _certificates.Dispose();
        _node.Dispose();
    }

    [Fact]
    public async Task Certificates_are_shown_and_judged()
    {
        IssuedCertificate server = _authority.Issue("server");
        await using ServerRun run = await _node.ServeAsync(
            "--listen-client-urls", Url, "--advertise-client-urls", Url, "--cert-file", server.CertificatePath, "--key-file", server.KeyPath,
            "--client-cert-auth", "--trusted-ca-file", _authority.Path);
        IssuedCertificate alice = _authority.Issue("alice");
        string[] trusted = ["--endpoints", Url, "--cacert", _authority.Path, "--cert", alice.CertificatePath, "--key", alice.KeyPath];
        Assert.Equal("OK", (await CtlRun.RunAsync([.. trusted, "put", "k", "v"])).Succeeded());
        Assert.Equal("v", (await CtlRun.RunAsync([.. trusted, "get", "k", "--print-value-only"])).Succeeded());
        Assert.Contains("is healthy", (await CtlRun.RunAsync([.. trusted, "endpoint", "health", "--cluster"])).Succeeded(), StringComparison.Ordinal);
        Assert.Equal("PUT\nk\nv\n", await CtlRun.LinesAsync([.. trusted, "watch", "k", "--rev=1"], "", 3, Timeout));
        string file = Path.Combine(_certificates.Path, "backup.db");
        (await CtlRun.RunAsync([.. trusted, "snapshot", "save", file])).Succeeded();

        // The same without a scheme, since the flags say that TLS is meant.
        string plain = $"127.0.0.1:{_node.ClientPort}";
        Assert.Contains("v", (await CtlRun.RunAsync(["--endpoints", plain, .. trusted[2..], "get", "k"])).Succeeded(), StringComparison.Ordinal);

        using var other = new TestAuthority(_certificates.Path, "other");
        string[][] refused =
        [
            ["--cacert", other.Path, "--cert", alice.CertificatePath, "--key", alice.KeyPath],
            ["--cert", alice.CertificatePath, "--key", alice.KeyPath],
            ["--cacert", _authority.Path],
        ];
        foreach (string[] flags in refused)
        {
            EtcdctlResult result = await CtlRun.RunAsync(["--endpoints", Url, "--command-timeout=700ms", .. flags, "get", "k"]);
            Assert.Equal((CtlExit.Error, "context deadline exceeded"), (result.ExitCode, result.Errors.TrimEnd('\n').Split("Error: ")[^1]));
        }

        string[] unchecked_ = ["--endpoints", Url, "--insecure-skip-tls-verify", "--cert", alice.CertificatePath, "--key", alice.KeyPath];
        Assert.Equal("OK", (await CtlRun.RunAsync([.. unchecked_, "put", "k", "w"])).Succeeded());
    }

    [Theory]
    [InlineData("3.5.30", false)]
    [InlineData("3.6.0", true)]
    public void Whose_certificate_is_not_verified_shows_one_from_3_6_on(string version, bool isDefault)
    {
        CtlTls? tls = ClientFlags.TlsOf("", "", "", serverName: "", clearText: true, skipsVerification: true, CtlVersion.Parse(version));
        Assert.Equal(isDefault, tls!.IsDefault);
    }

    [Theory]
    [InlineData("--cacert=/nowhere/ca.pem", "Error: open /nowhere/ca.pem: no such file or directory\n")]
    [InlineData("--cert=/nowhere/a.pem", "Error: KeyFile and CertFile must both be present[key: , cert: /nowhere/a.pem]\n")]
    [InlineData("--key=", "Error: empty string is passed to --key option\n")]
    public async Task Missing_file_is_told_by_its_name(string flag, string told)
    {
        EtcdctlResult result = await CtlRun.RunAsync([flag, "get", "a"]);
        Assert.Equal((CtlExit.BadArguments, told), (result.ExitCode, result.Errors));
    }

    [Fact]
    public async Task User_is_authenticated_by_flags_variables_or_input()
    {
        await using SingleServer server = await SingleServer.StartAsync(ServerKind.ActorEtcd);
        string[] endpoint = ["--endpoints", server.Process.Endpoint];
        foreach (string command in new[] { "user add root:pw", "auth enable" })
        {
            (await CtlRun.RunAsync([.. endpoint, .. command.Split(' ')])).Succeeded();
        }

        Assert.Equal("OK", (await CtlRun.RunAsync([.. endpoint, "--user", "root:pw", "put", "a", "1"])).Succeeded());
        Assert.Equal("OK", (await CtlRun.RunAsync([.. endpoint, "--user", "root", "--password", "pw", "put", "a", "1"])).Succeeded());
        Assert.Equal("Password: \nOK", (await CtlRun.RunAsync([.. endpoint, "--user", "root", "put", "a", "1"], "pw\n")).Succeeded());
        var variables = new Dictionary<string, string> { ["ETCDCTL_USER"] = "root:pw", ["ETCDCTL_ENDPOINTS"] = server.Process.Endpoint };
        Assert.Equal("a\n1", (await CtlRun.RunAsync(["get", "a"], "", variables)).Succeeded());
        EtcdctlResult wrong = await CtlRun.RunAsync([.. endpoint, "--user", "root:no", "get", "a"]);
        Assert.Equal(
            (CtlExit.BadConnection, "Error: etcdserver: authentication failed, invalid user ID or password\n"), (wrong.ExitCode, wrong.Errors));
        EtcdctlResult token = await CtlRun.RunAsync([.. endpoint, "--auth-jwt-token", "nonsense", "get", "a"]);
        Assert.Equal((CtlExit.Error, "Error: etcdserver: invalid auth token\n"), (token.ExitCode, token.Errors));
    }
}
