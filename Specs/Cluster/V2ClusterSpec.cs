using System.Text.RegularExpressions;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Cluster;

/// <summary>The v2 store on three members: what one took all have, whatever happens to them.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed partial class V2ClusterSpec : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(120);

    private static readonly HttpClient Http = new() { Timeout = Within };

    private readonly TempDir _dir = new();
    private ThreeNodeCluster _cluster = null!;

    // Few entries, so that a member that was away for some dozens of them needs a snapshot, and few bytes in a message.
    public async Task InitializeAsync()
    {
        string limits = Path.Combine(_dir.Path, "limits.conf");
        await File.WriteAllTextAsync(limits, "akka.etcd.apply { state-inline-bytes-max = 20KiB, state-segment-bytes = 1MiB }\n");
        string[] few = ["--snapshot-count", "60", "--snapshot-catchup-entries", "20"];
        bool isOurs = SpecEnvironment.ServerUnderTest == ServerKind.ActorEtcd;
        _cluster = await ThreeNodeCluster.StartAsync(
            SpecEnvironment.ServerUnderTest, isOurs ? [.. few, "--hocon-file", limits] : few);
    }

    public async Task DisposeAsync()
    {
        if (_cluster != null)
        {
            await _cluster.DisposeAsync();
        }
    }

    public void Dispose() => _dir.Dispose();

    [Fact]
    public Task Watchers_and_readers_of_every_member_see_a_write_on_one_and_its_expiry() => _cluster.GuardAsync(async () =>
    {
        MemberProcess writer = await _cluster.FollowerAsync();
        Task<string>[] watches = [.. _cluster.Members.Select(member => GetAsync(member, "/short?wait=true"))];
        await EveryMemberWatchesAsync();
        await PutAsync(writer, "/short", "value=x&ttl=2");
        await PutAsync(writer, "/dir", "dir=true&ttl=3000");
        await PutAsync(writer, "/dir/below", "value=y");
        foreach (string heard in await Task.WhenAll(watches))
        {
            Assert.Contains("\"value\":\"x\"", heard, StringComparison.Ordinal);
        }

        await EveryMemberAsync("the directory", async member =>
            (await GetAsync(member, "/dir/below")).Contains("\"value\":\"y\"", StringComparison.Ordinal));
        watches = [.. _cluster.Members.Select(member => GetAsync(member, "/dir/below?wait=true"))];
        await EveryMemberWatchesAsync();
        await PutAsync(writer, "/dir", "dir=true&prevExist=true&ttl=2");
        await EveryMemberAsync("both to expire", async member => (await StatsAsync(member)).Contains("\"expireCount\":2,", StringComparison.Ordinal));
        foreach (string heard in await Task.WhenAll(watches))
        {
            Assert.StartsWith("{\"action\":\"expire\",\"node\":{\"key\":\"/dir\",\"dir\":true,", heard, StringComparison.Ordinal);
        }

        await EveryMemberAgreesAsync();
        await ReadsAsync(writer, "/short?quorum=true", "\"errorCode\":100");
    });

    [Fact]
    public Task Member_that_was_away_gets_the_store_in_a_snapshot_and_all_survive_a_restart() => _cluster.GuardAsync(async () =>
    {
        MemberProcess away = await _cluster.FollowerAsync();
        MemberProcess leader = await _cluster.LeaderAsync();
        await PutAsync(leader, "/before", "value=x&ttl=30000");
        await away.KillAsync();

        // Each larger than a segment of the state.
        var random = new Random(1);
        for (int i = 0; i < 8; i++)
        {
            await PutAsync(leader, $"/large/{i}", $"value={random.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 1_200_000)}");
        }

        for (int i = 0; i < 200; i++)
        {
            await PutAsync(leader, $"/d/{i % 20}", $"value={i}");
        }

        await away.StartAndWaitAsync();
        await EveryMemberAgreesAsync();
        await Poll.UntilAsync("the history to be there too", Within, async () =>
            (await GetAsync(away, "/d/7?wait=true&waitIndex=100")).Contains("\"action\":\"set\"", StringComparison.Ordinal));

        await Task.WhenAll(_cluster.Members.Select(static member => member.KillAsync()));
        await _cluster.StartAllAsync();
        await EveryMemberAgreesAsync();
        await ReadsAsync(away, "/d/19?quorum=true", "\"value\":\"199\"");
        await ReadsAsync(away, "/before?quorum=true", "\"ttl\":29\\d\\d\\d,");
    });

    [Fact]
    public Task Changes_and_expiries_go_on_under_another_leader() => _cluster.GuardAsync(async () =>
    {
        MemberProcess leader = await _cluster.LeaderAsync();
        await PutAsync(leader, "/session", "value=x&ttl=3000");
        await leader.KillAsync();
        MemberProcess next = await _cluster.LeaderAsync();
        await PutAsync(next, "/session/", "refresh=true&prevExist=true&ttl=2");
        await PutAsync(next, "/other", "value=y");
        await Poll.UntilAsync("the session to expire under the new leader", Within, async () =>
            (await GetAsync(next, "/session")).Contains("\"errorCode\":100", StringComparison.Ordinal));
        await leader.StartAndWaitAsync();
        await EveryMemberAgreesAsync();
        Assert.Contains("\"expireCount\":1,", await StatsAsync(leader), StringComparison.Ordinal);
    });

    [Fact]
    public Task Leader_tells_of_its_followers_and_they_of_their_leader() => _cluster.GuardAsync(
        () => Poll.UntilAsync("a leader that stays while all tell of each other", Within, async () =>
        {
            await TellOfEachOtherAsync();
            return true;
        }));

    private async Task TellOfEachOtherAsync()
    {
        MemberProcess leader = await _cluster.LeaderAsync();
        MemberProcess follower = await _cluster.FollowerAsync();
        await Poll.UntilAsync("round trips to both followers", Within, async () =>
            Counts().Count(await Http.GetStringAsync(UrlOf(leader, "/v2/stats/leader"))) == 2);
        string self = await Http.GetStringAsync(UrlOf(follower, "/v2/stats/self"));
        Assert.Contains($"\"name\":\"{follower.Settings.Name}\"", self, StringComparison.Ordinal);
        Assert.Contains("\"state\":\"StateFollower\"", self, StringComparison.Ordinal);
        string leaderId = Id().Match(await Http.GetStringAsync(UrlOf(leader, "/v2/stats/self"))).Groups["id"].Value;
        Assert.Contains($"\"leaderInfo\":{{\"leader\":\"{leaderId}\"", self, StringComparison.Ordinal);
        using HttpResponseMessage refused = await Http.GetAsync(UrlOf(follower, "/v2/stats/leader"));
        Assert.Equal((403, "{\"message\":\"not current leader\"}"), ((int)refused.StatusCode, await refused.Content.ReadAsStringAsync()));
    }

    [Fact]
    public Task Users_matter_at_every_member_also_at_one_that_was_away_and_after_restarts() => _cluster.GuardAsync(async () =>
    {
        MemberProcess away = await _cluster.FollowerAsync();
        MemberProcess leader = await _cluster.LeaderAsync();
        await away.KillAsync();
        await AdministerAsync(leader, "users/root", """{"user":"root","password":"secret"}""");
        await AdministerAsync(leader, "roles/r", """{"role":"r","permissions":{"kv":{"read":["/mine/*"],"write":["/mine/*"]}}}""");
        await AdministerAsync(leader, "users/u", """{"user":"u","password":"pw","roles":["r"]}""");
        for (int i = 0; i < 100; i++)
        {
            await PutAsync(leader, $"/d/{i % 5}", $"value={i}");
        }

        await AdministerAsync(leader, "enable", "");
        await AdministerAsync(leader, "roles/guest", """{"role":"guest","revoke":{"kv":{"read":["/*"],"write":["/*"]}}}""", "root:secret");
        await away.StartAndWaitAsync();
        await EveryMemberGuardsAsync();

        await Task.WhenAll(_cluster.Members.Select(static member => member.KillAsync()));
        await _cluster.StartAllAsync();
        await EveryMemberGuardsAsync();
    });

    [GeneratedRegex("\"counts\":\\{\"fail\":0,\"success\":[1-9]\\d*\\}")]
    private static partial Regex Counts();

    [GeneratedRegex("\"id\":\"(?<id>[0-9a-f]+)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Id();

    [GeneratedRegex("\"ttl\":\\d+")]
    private static partial Regex Ttl();

    private static Uri UrlOf(MemberProcess member, string path) => new($"http://{member.Endpoint}{path}");

    private static async Task<int> SendAsync(MemberProcess member, string path, string content, string type, string? user)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, UrlOf(member, path))
        {
            Content = new StringContent(content, System.Text.Encoding.UTF8, type),
        };
        request.Headers.Authorization = user is null
            ? null
            : new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(user)));
        using HttpResponseMessage answer = await Http.SendAsync(request);
        return (int)answer.StatusCode;
    }

    // What an attempt without an answer has done is refused as a conflict.
    private static Task AdministerAsync(MemberProcess member, string what, string json, string? user = null) => Poll.UntilAsync(
        $"{what} to be done", Within, async () => await SendAsync(member, "/v2/auth/" + what, json, "application/json", user) is 200 or 201 or 409);

    private Task EveryMemberGuardsAsync() => EveryMemberAsync("users to matter", async member =>
    {
        int[] answers =
        [
            await KeyAsync("/mine/x", "u:pw"), await KeyAsync("/mine/x", "u:wrong"), await KeyAsync("/other", "u:pw"),
            await KeyAsync("/mine/x", null), await KeyAsync("/other", "root:secret"),
        ];
        string told = string.Join(' ', answers.Select(static status => status / 100 == 2 ? "done" : $"{status}"));
        return told == "done 401 401 401 done" ? true : throw new InvalidOperationException($"{member.Settings.Name}: {told}");

        Task<int> KeyAsync(string path, string? user) => SendAsync(member, "/v2/keys" + path, "value=1", "application/x-www-form-urlencoded", user);
    });

    private Task<string> StatsAsync(MemberProcess member) => Http.GetStringAsync(UrlOf(member, "/v2/stats/store"));

    private async Task<string> GetAsync(MemberProcess member, string path)
    {
        using HttpResponseMessage answer = await Http.GetAsync(UrlOf(member, "/v2/keys" + path));
        return await answer.Content.ReadAsStringAsync();
    }

    // Without a leader that answers in time it is refused; it may be done twice.
    private Task PutAsync(MemberProcess member, string path, string form) => Poll.UntilAsync($"{path} to be written", Within, async () =>
    {
        using var content = new StringContent(form, System.Text.Encoding.UTF8, "application/x-www-form-urlencoded");
        using HttpResponseMessage answer = await Http.PutAsync(UrlOf(member, "/v2/keys" + path), content);
        return answer.IsSuccessStatusCode ? true : throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
    });

    private Task ReadsAsync(MemberProcess member, string path, string pattern) => Poll.UntilAsync($"{path} to be {pattern}", Within, async () =>
    {
        string read = await GetAsync(member, path);
        return Regex.IsMatch(read, pattern) ? true : throw new InvalidOperationException(read);
    });

    private Task EveryMemberWatchesAsync() => EveryMemberAsync(
        "a watcher", async member => (await StatsAsync(member)).Contains("\"watchers\":1}", StringComparison.Ordinal));

    private Task EveryMemberAsync(string what, Func<MemberProcess, Task<bool>> condition) => Poll.UntilAsync(what, Within, async () =>
        (await Task.WhenAll(_cluster.Members.Select(condition))).All(static isTrue => isTrue));

    /// <summary>Waits until all members have the same tree at the same index.</summary>
    private Task EveryMemberAgreesAsync() => Poll.UntilAsync("all members to have the same tree", Within, async () =>
    {
        string[] trees = await Task.WhenAll(_cluster.Members.Select(TreeAsync));
        return trees.Distinct().Count() == 1 ? true : throw new InvalidOperationException(string.Join("\n", trees));
    });

    private async Task<string> TreeAsync(MemberProcess member)
    {
        using HttpResponseMessage answer = await Http.GetAsync(UrlOf(member, "/v2/keys/?recursive=true&sorted=true"));
        string index = answer.Headers.GetValues("X-Etcd-Index").Single();
        return index + " " + Ttl().Replace(await answer.Content.ReadAsStringAsync(), "ttl");
    }
}
