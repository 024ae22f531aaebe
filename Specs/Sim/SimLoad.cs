using ActorEtcd.Client;

namespace ActorEtcd.Specs.Sim;

/// <summary>The clients of a cluster, and what they have in common.</summary>
internal sealed class SimLoad(SimWorld world)
{
    public const int Keys = 6;

    private readonly List<SimWatcher> _watchers = [];
    private long _number;

    public long Calls { get; private set; }

    public long Successes { get; private set; }

    public IReadOnlyList<SimWatcher> Watchers => _watchers;

    /// <summary>Clients ask no more; what they asked is still answered.</summary>
    public bool IsStopped { get; set; }

    public void Start()
    {
        for (int number = 0; number < world.Settings.Clients; number++)
        {
            _ = Guard(new SimClient(world, number).RunAsync());
        }

        for (int number = 0; number < world.Settings.Watchers; number++)
        {
            var watcher = new SimWatcher(world, number);
            _watchers.Add(watcher);
            _ = Guard(watcher.RunAsync());
        }
    }

    public static string KeyOf(int number) => $"k{number}";

    public string NewValue() => $"v{++_number}";

    /// <summary>A member that takes calls now; null when there is none.</summary>
    public SimMember? AnyMember()
    {
        SimMember[] up = [.. world.Members.Where(static member => member.Node is not null)];
        return up.Length == 0 ? null : up[world.Random.Next(up.Length)];
    }

    public Task Delay(TimeSpan delay)
    {
        var done = new TaskCompletionSource();
        world.After(delay, done.SetResult);
        return done.Task;
    }

    /// <summary>Calls a member and waits until it answers or goes down.</summary>
    public Task<SimOutcome<T>> Call<T>(SimMember member, Func<EtcdNode, ValueTask<T>> call)
        where T : notnull
    {
        Calls++;
        var done = new TaskCompletionSource<SimOutcome<T>>();
        member.WhenDown(() => done.TrySetResult(default));
        SimMember.Completing = member;
        _ = Follow(member.Node!, call, done);
        return done.Task;
    }

    private async Task Follow<T>(EtcdNode node, Func<EtcdNode, ValueTask<T>> call, TaskCompletionSource<SimOutcome<T>> done)
        where T : notnull
    {
        try
        {
            T result = await call(node);
            Successes++;
            done.TrySetResult(new SimOutcome<T>(result, EtcdError.None, IsKnown: true));
        }
        catch (EtcdException refused)
        {
            done.TrySetResult(new SimOutcome<T>(default, refused.Error, IsKnown: true));
        }
        catch (Exception broken)
        {
            world.Fail($"a call failed: {broken}");
            done.TrySetResult(default);
        }
    }

    private async Task Guard(Task client)
    {
        try
        {
            await client;
        }
        catch (Exception broken)
        {
            world.Fail($"a client failed: {broken}");
        }
    }
}
