using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Authpb;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.Host.Services;

/// <summary>The auth service over the wire: passwords, hashes, certificates' users, signed tokens, the gateway.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class AuthServiceSpec
{
    private static readonly RangeRequest All = new() { Key = ByteString.CopyFrom(0), RangeEnd = ByteString.CopyFrom(0) };

    [Fact]
    public async Task Passwords_come_as_such_or_as_hashes_or_not_at_all()
    {
        await using SingleServer server = await StartAsync();
        GrpcChannel channel = server.Channel;
        AuthStatusResponse before = await channel.UnaryAsync(AuthMethods.Status, new AuthStatusRequest());
        Assert.Equal((false, 1UL), (before.Enabled, before.AuthRevision));

        // The hash of "allmine".
        string hash = Convert.ToBase64String("$2a$10$XajjQvNhvvRt5GSeFk1xFeyqRrsxkhBkUiQeg0dt.wU1qD4aFDcga"u8);
        await AddAsync(channel, new AuthUserAddRequest { Name = "hashed", HashedPassword = hash });
        await AddAsync(channel, new AuthUserAddRequest { Name = "certified", Options = new UserAddOptions { NoPassword = true } });
        await AddAsync(channel, new AuthUserAddRequest { Name = "empty" });
        await GuardedServer.EnableAsync(channel);
        await GuardedServer.LoginAsync(channel, "hashed", "allmine");
        await GuardedServer.LoginAsync(channel, "empty", "");
        const string Wrong = "InvalidArgument: etcdserver: authentication failed, invalid user ID or password";
        await LoginFailsAsync(Wrong, channel, "hashed", hash);
        await LoginFailsAsync(Wrong, channel, "root", "rooT");
        await LoginFailsAsync(Wrong, channel, "root", "root\0");
        await LoginFailsAsync(Wrong, channel, "unknown", "");
        await LoginFailsAsync(
            "Unknown: auth: authentication failed, password was given for no password user", channel, "certified", "");
        AuthStatusResponse after = await channel.UnaryAsync(AuthMethods.Status, new AuthStatusRequest());
        Assert.Equal((true, 6UL), (after.Enabled, after.AuthRevision));
    }

    [Fact]
    public async Task Token_goes_with_the_password_that_it_was_given_for()
    {
        await using SingleServer server = await StartAsync();
        GrpcChannel channel = server.Channel;
        await GuardedServer.EnableAsync(channel);
        var root = await GuardedServer.LoginAsync(channel, "root", "root");
        var change = new AuthUserChangePasswordRequest { Name = "root", Password = "new" };
        await channel.UnaryAsync(AuthMethods.UserChangePassword, change, metadata: root);
        await RefusedAsync("Unauthenticated: etcdserver: invalid auth token", channel, root);
        await LoginFailsAsync("InvalidArgument: etcdserver: authentication failed, invalid user ID or password", channel, "root", "root");
        root = await GuardedServer.LoginAsync(channel, "root", "new");
        await channel.UnaryAsync(AuthMethods.Disable, new AuthDisableRequest(), metadata: root);
        await channel.UnaryAsync(EtcdMethods.Range, All);
        await LoginFailsAsync("FailedPrecondition: etcdserver: authentication is not enabled", channel, "root", "new");
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("ES256")]
    public async Task Signed_tokens_serve_until_users_or_roles_change(string method)
    {
        using var dir = new TempDir();
        string key = Path.Combine(dir.Path, "key.pem");
        await File.WriteAllTextAsync(key, NewKey(method));
        await using SingleServer server = await StartAsync("--auth-token", $"jwt,priv-key={key},sign-method={method},ttl=10m");
        GrpcChannel channel = server.Channel;
        await GuardedServer.EnableWithUserAsync(channel);
        var root = await GuardedServer.LoginAsync(channel, "root", "root");
        Assert.Equal(3, root[0].Value.Split('.').Length);
        await channel.UnaryAsync(EtcdMethods.Range, All, metadata: root);

        await channel.UnaryAsync(AuthMethods.RoleAdd, new AuthRoleAddRequest { Name = "another" }, metadata: root);
        await RefusedAsync("InvalidArgument: etcdserver: revision of auth store is old", channel, root);
        await channel.UnaryAsync(EtcdMethods.Range, All, metadata: await GuardedServer.LoginAsync(channel, "root", "root"));
        (await Etcdctl.RunAsync(server.Process.Endpoint, "--user=u:pw", "put", "own/a", "1")).Succeeded();

        // Nothing is kept of such tokens, so they outlive the process.
        root = await GuardedServer.LoginAsync(channel, "root", "root");
        await server.Process.KillAsync();
        await server.Process.StartAndWaitAsync();
        await using GrpcChannel again = await server.Process.ConnectAsync();
        await again.UnaryAsync(EtcdMethods.Range, All, metadata: root);
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    public async Task Signed_tokens_are_understood_by_etcd_and_those_of_etcd_here(string method)
    {
        using var dir = new TempDir();
        var (publicKey, privateKey) = (Path.Combine(dir.Path, "public.pem"), Path.Combine(dir.Path, "private.pem"));
        await File.WriteAllTextAsync(privateKey, NewKey(method));
        using (AsymmetricAlgorithm key = method[0] == 'E' ? ECDsa.Create() : RSA.Create())
        {
            key.ImportFromPem(await File.ReadAllTextAsync(privateKey));
            await File.WriteAllTextAsync(publicKey, key.ExportSubjectPublicKeyInfoPem());
        }

        string option = $"--auth-token=jwt,pub-key={publicKey},priv-key={privateKey},sign-method={method},ttl=10m";
        await using SingleServer etcd = await SingleServer.StartAsync(ServerKind.Etcd, GuardedServer.CheapHashes, option);
        await using SingleServer server = await StartAsync(option);
        await GuardedServer.EnableAsync(etcd.Channel);
        await GuardedServer.EnableAsync(server.Channel);
        await etcd.Channel.UnaryAsync(
            EtcdMethods.Range, All, metadata: await GuardedServer.LoginAsync(server.Channel, "root", "root"));
        await server.Channel.UnaryAsync(
            EtcdMethods.Range, All, metadata: await GuardedServer.LoginAsync(etcd.Channel, "root", "root"));
    }

    [Fact]
    public async Task Server_with_unusable_token_options_does_not_start()
    {
        using var dir = new TempDir();
        await using MemberProcess server = MemberProcess.Of(
            ServerKind.ActorEtcd,
            MemberSettings.Alone(dir.Path) with { ExtraArguments = ["--auth-token", "jwt,sign-method=RS256"] });
        server.Start();
        Assert.NotEqual(0, await server.WaitForExitAsync());
        Assert.Contains("auth: invalid auth options: missing key data", server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gateway_and_health_know_users()
    {
        await using SingleServer server = await StartAsync();
        await GuardedServer.EnableWithUserAsync(server.Channel);
        using var http = new HttpClient { BaseAddress = new Uri("http://" + server.Process.Endpoint) };
        const string Put = """{"key":"b3duL2E=","value":"MQ=="}""";
        Assert.Contains("user name is empty", await PostAsync(http, "/v3/kv/put", Put), StringComparison.Ordinal);
        string login = await PostAsync(http, "/v3/auth/authenticate", """{"name":"u","password":"pw"}""");
        string token = System.Text.Json.JsonDocument.Parse(login).RootElement.GetProperty("token").GetString()!;
        http.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse(token);
        Assert.Contains("revision", await PostAsync(http, "/v3/kv/put", Put), StringComparison.Ordinal);
        Assert.Contains("permission denied", await PostAsync(http, "/v3/kv/put", """{"key":"Zm9yZWlnbg=="}"""), StringComparison.Ordinal);
        Assert.Contains("permission denied", await PostAsync(http, "/v3/maintenance/hashkv", "{}"), StringComparison.Ordinal);
        Assert.Contains("\"health\":\"true\"", await http.GetStringAsync("/health"), StringComparison.Ordinal);
        Assert.Contains("ok", await http.GetStringAsync("/readyz"), StringComparison.Ordinal);
    }

    private static Task<SingleServer> StartAsync(params string[] arguments)
        => SingleServer.StartAsync(ServerKind.ActorEtcd, [GuardedServer.CheapHashes, .. arguments]);

    private static string NewKey(string method)
    {
        if (method[0] != 'E')
        {
            using var rsa = RSA.Create(2048);
            return rsa.ExportPkcs8PrivateKeyPem();
        }

        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return ecdsa.ExportPkcs8PrivateKeyPem();
    }

    private static async Task<string> PostAsync(HttpClient http, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await http.PostAsync(path, content);
        return await response.Content.ReadAsStringAsync();
    }

    private static async Task AddAsync(GrpcChannel channel, AuthUserAddRequest request)
        => await channel.UnaryAsync(AuthMethods.UserAdd, request);

    private static async Task LoginFailsAsync(string error, GrpcChannel channel, string name, string password)
    {
        var refusal = await Assert.ThrowsAsync<GrpcCallException>(() => GuardedServer.LoginAsync(channel, name, password));
        Assert.Equal(error, refusal.Message);
    }

    private static async Task RefusedAsync(string error, GrpcChannel channel, IReadOnlyList<KeyValuePair<string, string>> user)
    {
        var refusal = await Assert.ThrowsAsync<GrpcCallException>(
            async () => await channel.UnaryAsync(EtcdMethods.Range, All, metadata: user));
        Assert.Equal(error, refusal.Message);
    }
}
