using ActorEtcd.Persistence.Journal;

namespace ActorEtcd.Specs.Sim;

/// <summary>The threads of one life's log: each turn of the writer takes the time of a flush and is an event like any other.</summary>
internal sealed class SimThreads(SimMember member) : IWalThreads
{
    private readonly int _life = member.Life;
    private Func<bool>? _due;

    public int IdleMax => 0;

    public void StartWriter(Func<bool> turn)
    {
        if (_due is null)
        {
            _due = turn;
            member.After(_life, member.World.FlushTime(), Write);
        }
    }

    public Task Run(Action work)
    {
        var done = new TaskCompletionSource();
        member.After(_life, member.World.DiskTurn(), () =>
        {
            try
            {
                work();
            }
            catch (Exception failure)
            {
                done.SetException(failure);
                return;
            }

            done.SetResult();
        });
        return done.Task;
    }

    /// <summary>The writer's turn, if one is due; whatever it does or does not come to.</summary>
    public void Write()
    {
        if (_due is not { } turn)
        {
            return;
        }

        _due = null;
        try
        {
            if (turn())
            {
                StartWriter(turn);
            }
        }
        catch (SimPowerLostException)
        {
            // Nobody is left to tell.
        }
    }
}
