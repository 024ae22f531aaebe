using System.Text.RegularExpressions;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Host.Import;

/// <summary>The v2 keys of a stopped etcd are there when a server is started on its data: those of its snapshot and those of its log.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed partial class V2ImportSpec
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(90) };

    [Theory]
    [InlineData("40")]
    [InlineData("100000")]
    public async Task Server_started_on_etcds_data_serves_its_v2_keys(string snapshotCount)
    {
        using var dir = new TempDir();
        MemberSettings settings = MemberSettings.Alone(dir.Path) with { ExtraArguments = ["--enable-v2", "--snapshot-count", snapshotCount] };
        string tree, users;
        int index;
        await using (var etcd = new EtcdProcess(settings))
        {
            await etcd.StartAndWaitAsync();
            await FillAsync(etcd);
            (tree, index) = await TreeAsync(etcd);
            users = await Http.GetStringAsync(UrlOf(etcd, "/v2/auth/users"));
            await etcd.TerminateAsync();
        }

        await using var server = new ActorEtcdProcess(settings with { ExtraArguments = ["--compat-version", "3.4.23"] });
        await server.StartAndWaitAsync();
        (string taken, int after) = await TreeAsync(server);
        Assert.Equal(tree, taken);
        Assert.True(after >= index, $"index {after} after {index}");
        Assert.Equal(users, await Http.GetStringAsync(UrlOf(server, "/v2/auth/users")));
        Assert.StartsWith(
            "{\"action\":\"set\",\"node\":{\"key\":\"/deleted\",\"value\":\"x\"",
            await Http.GetStringAsync(UrlOf(server, "/v2/keys/deleted?wait=true&waitIndex=20")),
            StringComparison.Ordinal);
        await SendAsync(server, HttpMethod.Put, "/v2/keys/more", "value=x");
        Assert.True((await TreeAsync(server)).Index > after);
    }

    private static async Task FillAsync(MemberProcess etcd)
    {
        for (int i = 0; i < 60; i++)
        {
            await SendAsync(etcd, HttpMethod.Put, $"/v2/keys/d/{i % 9}/x", $"value={i}");
        }

        await SendAsync(etcd, HttpMethod.Put, "/v2/keys/short", "value=x&ttl=5000");
        await SendAsync(etcd, HttpMethod.Put, "/v2/keys/empty", "dir=true&ttl=6000");
        await SendAsync(etcd, HttpMethod.Post, "/v2/keys/queue", "value=%C3%A9%0A");
        await SendAsync(etcd, HttpMethod.Put, "/v2/keys/deleted", "value=x");
        await SendAsync(etcd, HttpMethod.Delete, "/v2/keys/deleted", "");
        await SendAsync(etcd, HttpMethod.Put, "/v2/keys/d/1/x", "value=swapped&prevValue=55");
        await SendAsync(etcd, HttpMethod.Put, "/v2/auth/users/ann", "{\"user\":\"ann\",\"password\":\"secret\"}");
    }

    private static async Task<(string Tree, int Index)> TreeAsync(MemberProcess member)
    {
        using HttpResponseMessage answer = await Http.GetAsync(UrlOf(member, "/v2/keys?recursive=true&sorted=true"));
        string text = Ttl().Replace(await answer.Content.ReadAsStringAsync(), "ttl");
        return (text, int.Parse(answer.Headers.GetValues("X-Etcd-Index").Single(), System.Globalization.CultureInfo.InvariantCulture));
    }

    private static async Task SendAsync(MemberProcess member, HttpMethod method, string path, string body)
    {
        using var request = new HttpRequestMessage(method, UrlOf(member, path))
        {
            Content = new StringContent(body, System.Text.Encoding.UTF8, "application/x-www-form-urlencoded"),
        };
        using HttpResponseMessage answer = await Http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static Uri UrlOf(MemberProcess member, string path) => new($"http://{member.Endpoint}{path}");

    [GeneratedRegex("\"ttl\":\\d+")]
    private static partial Regex Ttl();
}
