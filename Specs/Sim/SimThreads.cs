using ActorEtcd.Persistence.Journal;

namespace ActorEtcd.Specs.Sim;

/// <summary>The threads of one life's log: each turn of the writer takes the time of a flush and is an event like any other.</summary>
internal sealed class SimThreads(SimMember member) : IWalThreads
{
    private readonly int _life = member.Life;
    private readonly List<Action> _waiting = [];
    private Func<bool>? _due;
    private bool _isOver;

    public int IdleMax => 0;

    public void StartWriter(Func<bool> turn)
    {
        if (_isOver)
        {
            Write(turn);
        }
        else if (_due is null)
        {
            _due = turn;
            member.After(_life, member.World.FlushTime(), WriteDue);
        }
    }

    public Task Run(Action work)
    {
        var done = new TaskCompletionSource();
        Action run = () => Finish(work, done);
        if (_isOver)
        {
            run();
            return done.Task;
        }

        _waiting.Add(run);
        member.After(_life, member.World.DiskTurn(), () =>
        {
            _waiting.Remove(run);
            run();
        });
        return done.Task;
    }

    /// <summary>The writer's turn, if one is due; whatever it does or does not come to.</summary>
    public void WriteDue()
    {
        if (_due is { } turn)
        {
            _due = null;
            Write(turn);
        }
    }

    /// <summary>
    /// The life is over, and its files fail: so does whatever waits for them at once. It would wait, as real time goes, for as long
    /// as a disk may take, and hold on to the whole simulation.
    /// </summary>
    public void End()
    {
        _isOver = true;
        WriteDue();
        Action[] waiting = [.. _waiting];
        _waiting.Clear();
        foreach (Action run in waiting)
        {
            run();
        }
    }

    private static void Finish(Action work, TaskCompletionSource done)
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
    }

    private void Write(Func<bool> turn)
    {
        try
        {
            if (turn() && !_isOver)
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
