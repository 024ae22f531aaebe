using System.Net.Security;
using System.Net.Sockets;
using ActorEtcd.Specs.TestKit;
using Akka.Actor;
using Akka.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Akka.Remote;

public class TlsSpec : RemoteSpecBase, INoImplicitSender
{
    private readonly TempDir _directory = new();
    private readonly TestAuthority _authority;
    private readonly TestAuthority _stranger;

    public TlsSpec()
    {
        _authority = new TestAuthority(_directory.Path, "authority");
        _stranger = new TestAuthority(_directory.Path, "stranger");
    }

    [Fact]
    public async Task Systems_with_suppressed_validation_talk_over_tls()
    {
        var client = NewSystem("client", Suppressed("client"));
        var server = NewEchoSystem("server", Suppressed("server"));

        Assert.Equal("hello", await AskEcho(client, server, Patience));
        Assert.Equal("akka.ssl.tcp", AddressOf(server).Protocol);
    }

    [Fact]
    public async Task Large_messages_pass_through_tls_whole_and_in_order()
    {
        var client = NewSystem("client", Suppressed("client"));
        var server = NewEchoSystem("server", Suppressed("server"));
        var echo = await EchoOf(client, server).ResolveOne(Patience);
        var texts = Enumerable.Range(0, 50).Select(i => new string((char)('a' + (i % 26)), 100_000)).ToArray();

        var answers = await Task.WhenAll(texts.Select(text => echo.Ask<string>(text, Patience)));

        Assert.Equal(texts, answers);
    }

    [Fact]
    public async Task System_without_tls_does_not_reach_one_with_tls()
    {
        var server = NewEchoSystem("server", Suppressed("server"));

        var plain = AddressOf(server).WithProtocol("akka.tcp");
        await Assert.ThrowsAsync<AskTimeoutException>(() => NewSystem("client")
            .ActorSelection(new RootActorPath(plain) / "user" / "echo")
            .Ask<string>("hello", TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task Certificate_of_an_unknown_authority_is_refused()
    {
        var server = NewEchoSystem("server", Suppressed("server"));
        var client = NewSystem("client", Tls(_authority.IssueStore("client"), ""));

        await AssertUnreachable(client, server);
    }

    [SubsetFact]
    public async Task Certificates_of_the_trusted_authority_are_accepted_both_ways()
    {
        var client = NewSystem("client", Trusting(_authority.IssueStore("client"), _authority));
        var server = NewEchoSystem("server", Trusting(_authority.IssueStore("server"), _authority));

        Assert.Equal("hello", await AskEcho(client, server, Patience));
    }

    [SubsetFact]
    public async Task Client_with_a_certificate_of_another_authority_is_refused()
    {
        var client = NewSystem("client", Trusting(_stranger.IssueStore("client"), _authority));
        var server = NewEchoSystem("server", Trusting(_authority.IssueStore("server"), _authority));

        await AssertUnreachable(client, server);
    }

    [SubsetFact]
    public async Task Server_with_a_certificate_of_another_authority_is_refused()
    {
        var client = NewSystem("client", Trusting(_authority.IssueStore("client"), _authority));
        var server = NewEchoSystem("server", Trusting(_stranger.IssueStore("server"), _stranger));

        await AssertUnreachable(client, server);
    }

    [SubsetFact]
    public async Task Client_without_a_certificate_is_refused()
    {
        var server = NewEchoSystem("server", Trusting(_authority.IssueStore("server"), _authority));
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", AddressOf(server).Port!.Value);
        await using var tls = new SslStream(client.GetStream(), false, (_, certificate, _, _) => certificate is not null);

        var refused = await Record.ExceptionAsync(async () =>
        {
            await tls.AuthenticateAsClientAsync("127.0.0.1");
            // In TLS 1.3 the server judges after the client's part is over, so the refusal shows when it reads.
            var count = await tls.ReadAsync(new byte[1]).AsTask().WaitAsync(Patience);
            Assert.Equal(0, count);
        });

        Assert.True(refused is null or IOException or System.Security.Authentication.AuthenticationException, $"{refused}");
    }

    [SubsetTheory]
    [InlineData("allowed-common-names = [other, client, server]", true)]
    [InlineData("allowed-common-names = [other]", false)]
    [InlineData("allowed-host-names = [other.example, localhost]", true)]
    [InlineData("allowed-host-names = [other.example]", false)]
    public async Task Certificate_must_have_one_of_the_allowed_names(string rule, bool isAccepted)
    {
        var client = NewSystem("client", Trusting(_authority.IssueStore("client"), _authority));
        var server = NewEchoSystem("server", Trusting(_authority.IssueStore("server"), _authority, rule));

        await (isAccepted ? AskEcho(client, server, Patience) : AssertUnreachable(client, server));
    }

    [SubsetFact]
    public async Task Revoked_certificate_is_refused_and_others_are_accepted()
    {
        var list = _authority.Revoke("list.pem", _authority.Issue("nobody"));
        var server = NewEchoSystem("server", Trusting(_authority.IssueStore("server"), _authority, $"revocation-list-path = \"{list}\""));
        var good = NewSystem("good", Trusting(_authority.IssueStore("good"), _authority));
        Assert.Equal("hello", await AskEcho(good, server, Patience));

        var revoked = _authority.Issue("revoked");
        _authority.Revoke("list.pem", revoked);
        await AssertUnreachable(NewSystem("revoked", Trusting(revoked, _authority)), server);
    }

    [SubsetFact]
    public async Task Certificate_that_is_replaced_is_used_from_the_next_connection_on()
    {
        var mine = _stranger.Issue("client");
        var server = NewEchoSystem("server", Trusting(_authority.IssueStore("server"), _authority));
        var client = NewSystem("client", Trusting(mine, _authority));
        await AssertUnreachable(client, server);

        var renewed = _authority.Issue("renewed");
        File.Copy(renewed.KeyPath, mine.KeyPath, overwrite: true);
        File.Copy(renewed.CertificatePath, mine.CertificatePath, overwrite: true);
        await Poll.UntilAsync("an answer", Patience, async () => await AskEcho(client, server, TimeSpan.FromSeconds(1)) == "hello");
    }

    [SubsetFact]
    public async Task Files_that_changed_for_the_worse_are_not_used()
    {
        var mine = _authority.Issue("mine");
        var client = NewSystem("client", Trusting(mine, _authority));
        await File.WriteAllTextAsync(mine.CertificatePath, "nonsense");
        var server = NewEchoSystem("server", Trusting(_authority.IssueStore("server"), _authority));

        Assert.Equal("hello", await AskEcho(client, server, Patience));
    }

    [SubsetFact]
    public async Task Systems_without_a_version_in_common_do_not_talk()
    {
        var client = NewSystem("client", Trusting(_authority.IssueStore("client"), _authority, "protocols = \"Tls12\""));
        var server = NewEchoSystem("server", Trusting(_authority.IssueStore("server"), _authority, "protocols = \"Tls13\""));

        await AssertUnreachable(client, server);
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _authority.Dispose();
        _stranger.Dispose();
        _directory.Dispose();
    }

    private static string Tls(string path, string extra) => $$"""
        akka.remote.dot-netty.tcp {
          enable-ssl = true
          ssl {
            certificate { path = "{{path}}", password = "{{TestAuthority.Password}}" }
            {{extra}}
          }
        }
        """;

    private static string Trusting(string path, TestAuthority authority, string rule = "") =>
        Tls(path, $"trusted-ca-path = \"{authority.Path}\"\n{rule}");

    private static string Trusting(IssuedCertificate files, TestAuthority authority, string rule = "") => $$"""
        akka.remote.dot-netty.tcp {
          enable-ssl = true
          ssl {
            pem-certificate-path = "{{files.CertificatePath}}"
            pem-key-path = "{{files.KeyPath}}"
            trusted-ca-path = "{{authority.Path}}"
            {{rule}}
          }
        }
        """;

    private static ActorSelection EchoOf(ActorSystem client, ActorSystem server) =>
        client.ActorSelection(new RootActorPath(AddressOf(server)) / "user" / "echo");

    private static Task<string> AskEcho(ActorSystem client, ActorSystem server, TimeSpan timeout) =>
        EchoOf(client, server).Ask<string>("hello", timeout);

    private static Task AssertUnreachable(ActorSystem client, ActorSystem server) =>
        Assert.ThrowsAsync<AskTimeoutException>(() => AskEcho(client, server, TimeSpan.FromSeconds(2)));

    private string Suppressed(string name) => Tls(_authority.IssueStore(name), "suppress-validation = true");

    private ActorSystem NewEchoSystem(string name, string config)
    {
        var system = NewSystem(name, config);
        system.ActorOf(Props.Create(() => new EchoActor()), "echo");
        return system;
    }
}
