using System.Collections.Immutable;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.Cluster;

/// <summary>A cluster of processes whose members come and go by the real etcdctl.</summary>
internal sealed class GrowingCluster : IAsyncDisposable
{
    /// <summary>The health interval of 5 s has to pass between two changes, on a machine that may be busy.</summary>
    private static readonly TimeSpan ChangeWithin = TimeSpan.FromSeconds(120);

    /// <summary>What a change is refused with that was made by an attempt before it, whose answer was lost.</summary>
    private static readonly string[] MadeBefore =
        ["etcdserver: Peer URLs already exists", "etcdserver: member not found", "etcdserver: can only promote a learner member"];

    private readonly TempDir _dir = new();
    private readonly List<MemberProcess> _all = [];

    /// <summary>Those in the cluster now, in the order of their joining.</summary>
    public ImmutableList<MemberProcess> Members { get; private set; } = [];

    public string Endpoints => string.Join(',', Members.Select(member => member.Endpoint));

    public static async Task<GrowingCluster> StartAsync(params string[] extraArguments)
    {
        var cluster = new GrowingCluster();
        var first = MemberSettings.Alone(cluster._dir.Path, "m0") with { ExtraArguments = extraArguments };
        await cluster.Own(first).StartAndWaitAsync();
        return cluster;
    }

    /// <summary>Adds a member as its operator would, and waits until it serves.</summary>
    public async Task<MemberProcess> AddAsync(bool asLearner = false)
    {
        var settings = MemberSettings.Alone(_dir.Path, $"m{_all.Count}");
        string[] arguments = ["member", "add", settings.Name, "--peer-urls=" + settings.PeerUrl];
        await ChangeAsync(asLearner ? [.. arguments, "--learner"] : arguments);
        return await JoinAsync(settings, waits: !asLearner);
    }

    public async Task<MemberProcess> JoinAsync(MemberSettings settings, bool waits)
    {
        var members = Members.Select(member => member.Settings).Append(settings);
        var joining = Own(settings with
        {
            InitialCluster = string.Join(',', members.Select(member => $"{member.Name}={member.PeerUrl}")),
            ExtraArguments = ["--initial-cluster-state", "existing"],
        });
        joining.Start();
        if (waits)
        {
            await joining.WaitUntilReadyAsync();
        }

        return joining;
    }

    /// <summary>Removes a member and waits until its process has ended by itself.</summary>
    public async Task RemoveAsync(MemberProcess member)
    {
        var id = await IdOfAsync(member);
        Members = Members.Remove(member);
        await ChangeAsync("member", "remove", id);
        if (member.IsRunning)
        {
            Assert.Equal(0, await member.WaitForExitAsync());
            Assert.Contains("the member has been permanently removed from the cluster", member.Log, StringComparison.Ordinal);
        }
    }

    /// <summary>The member's id in hexadecimal, as the list tells it by its peer URL.</summary>
    public async Task<string> IdOfAsync(MemberProcess member)
    {
        var list = await ListAsync();
        return list.Single(line => line.Contains(member.Settings.PeerUrl, StringComparison.Ordinal)).Split(',')[0];
    }

    public async Task<string[]> ListAsync()
        => (await Etcdctl.UntilTakenAsync(Endpoints, "member", "list")).Succeeded().Split('\n');

    /// <summary>Repeats a change until the strict check lets it pass.</summary>
    public async Task ChangeAsync(params string[] arguments)
    {
        bool maybe = false;
        await Poll.UntilAsync(string.Join(' ', arguments), ChangeWithin, async () =>
        {
            var result = await Etcdctl.RunAsync(Endpoints, arguments);
            if (result.ExitCode == 0 || (maybe && Array.Exists(MadeBefore, text => result.Errors.Contains(text, StringComparison.Ordinal))))
            {
                return true;
            }

            // Whoever was refused for want of health knows that nothing was made.
            maybe |= !result.Errors.Contains("etcdserver: unhealthy cluster", StringComparison.Ordinal)
                && !result.Errors.Contains("etcdserver: re-configuration failed", StringComparison.Ordinal);
            throw new InvalidOperationException(result.Errors);
        });
    }

    /// <summary>The member itself, without asking others, has every key with its value.</summary>
    public static Task HasAsync(MemberProcess member, IReadOnlyDictionary<string, string> expected)
        => Poll.UntilAsync($"{member.Settings.Name} to have {expected.Count} keys", ChangeWithin, async () =>
        {
            await using GrpcChannel channel = await member.ConnectAsync();
            var all = new RangeRequest
            {
                Key = ByteString.CopyFromUtf8("\0"),
                RangeEnd = ByteString.CopyFromUtf8("\0"),
                Serializable = true,
            };
            RangeResponse found = await channel.UnaryAsync(EtcdMethods.Range, all, TimeSpan.FromSeconds(30));
            var values = found.Kvs.ToDictionary(pair => pair.Key.ToStringUtf8(), pair => pair.Value.ToStringUtf8());
            string[] lacking = [.. expected.Where(pair => values.GetValueOrDefault(pair.Key) != pair.Value).Select(pair => pair.Key)];
            return lacking.Length == 0
                ? true
                : throw new InvalidOperationException($"lacks {lacking.Length}: {string.Join(", ", lacking.Take(10))}");
        });

    public async Task GuardAsync(Func<Task> body)
    {
        try
        {
            await body();
        }
        catch (Exception failure)
        {
            string logs = string.Join('\n', _all.Select(member => $"===== {member.Settings.Name}\n{member.LastWords}"));
            throw new InvalidOperationException($"{failure.Message}\n{logs}", failure);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (MemberProcess member in _all)
        {
            await member.DisposeAsync();
        }

        _dir.Dispose();
    }

    private MemberProcess Own(MemberSettings settings)
    {
        var member = MemberProcess.Of(SpecEnvironment.ServerUnderTest, settings);
        _all.Add(member);
        Members = Members.Add(member);
        return member;
    }
}
