using System.Text;

namespace Akka.Actor;

/// <summary>The children of the cell.</summary>
public partial class ActorCell
{
    private readonly ChildrenTable _children = new();
    private long _nextName = -1;

    protected bool IsNormal => _children.IsNormal;

    protected bool IsTerminating => _children.IsTerminating;

    internal IReadOnlyCollection<IInternalActorRef> ChildrenRefs => _children.Children();

    public virtual IActorRef ActorOf(Props props, string name = null) => MakeChild(props, name, systemService: false);

    public virtual IActorRef AttachChild(Props props, bool isSystemService, string name = null) =>
        MakeChild(props, name, isSystemService);

    public IEnumerable<IInternalActorRef> GetChildren() => _children.Children();

    IEnumerable<IActorRef> IActorContext.GetChildren() => _children.Children();

    IActorRef IActorContext.Child(string name) =>
        _children.TryGetByName(name, out var stats) && stats is ChildRestartStats child ? child.Child : ActorRefs.Nobody;

    /// <summary>The child of that name, and, when the name ends in #uid, only of that incarnation.</summary>
    public IInternalActorRef GetSingleChild(string name)
    {
        var hash = name.IndexOf('#');
        var uid = 0L;
        if (hash >= 0)
        {
            _ = long.TryParse(name.AsSpan(hash + 1), out uid);
            name = name[..hash];
        }

        return _children.TryGetByName(name, out var stats) && stats is ChildRestartStats child
            && (uid == UndefinedUid || uid == child.Uid)
                ? child.Child
                : ActorRefs.Nobody;
    }

    public bool TryGetChildStatsByName(string name, out IChildStats child) => _children.TryGetByName(name, out child);

    public void ReserveChild(string name) => _children.Reserve(name);

    public ChildRestartStats InitChild(IInternalActorRef actor) => _children.Init(actor);

    public void Stop(IActorRef child)
    {
        _children.ShallDie(child);
        ((IInternalActorRef)child).Stop();
    }

    protected bool TryGetChildStatsByRef(IActorRef actor, out ChildRestartStats child) =>
        _children.TryGetByRef(actor, out child);

    internal static long NewUid()
    {
        long uid;
        do
        {
            uid = Random.Shared.Next(int.MinValue, int.MaxValue);
        }
        while (uid == UndefinedUid);

        return uid;
    }

    internal static string Base64Name(long number, string prefix)
    {
        const string Digits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+~";
        var name = new StringBuilder(prefix);
        do
        {
            name.Append(Digits[(int)(number & 63)]);
            number >>= 6;
        }
        while (number != 0);

        return name.ToString();
    }

    private static void CheckName(string name)
    {
        if (name.Length == 0)
        {
            throw new InvalidActorNameException("Actor name must not be empty.");
        }

        if (!ActorPath.IsValidPathElement(name))
        {
            throw new InvalidActorNameException(
                $"Illegal actor name [{name}]. Actor paths MUST: not start with `$`, include only ASCII letters and can only "
                + $"contain these special characters: {ActorPath.ValidSymbols}.");
        }
    }

    /// <summary>Makes a guardian, whose path has no uid, a child of the root.</summary>
    internal void AdoptGuardian(IInternalActorRef guardian)
    {
        _children.Reserve(guardian.Path.Name);
        _children.Init(guardian);
    }

    private IInternalActorRef MakeChild(Props props, string name, bool systemService)
    {
        ArgumentNullException.ThrowIfNull(props);
        if (name is null)
        {
            name = Base64Name(Interlocked.Increment(ref _nextName), "$");
        }
        else
        {
            CheckName(name);
        }

        if (_children.IsTerminating)
        {
            throw new InvalidOperationException("Cannot create child while terminating or terminated");
        }

        _children.Reserve(name);
        IInternalActorRef actor;
        try
        {
            var path = new ChildActorPath(_self.Path, name, NewUid());
            actor = _system.Provider.ActorOf(
                _system, props, _self, path, systemService, deploy: null, lookupDeploy: true, async: false);
        }
        catch
        {
            _children.Unreserve(name);
            throw;
        }

        // A child born while its parent is suspended is resumed with the others.
        for (var i = _mailbox.SuspendCount; i > 0; i--)
        {
            actor.Suspend();
        }

        _children.Init(actor);
        actor.Start();
        return actor;
    }

    private void SuspendChildren(IReadOnlyCollection<IActorRef> exceptFor = null)
    {
        foreach (var child in _children.Children())
        {
            if (exceptFor is null || !exceptFor.Contains(child))
            {
                child.Suspend();
            }
        }
    }

    private void ResumeChildren(Exception causedByFailure, IActorRef perpetrator)
    {
        foreach (var child in _children.Children())
        {
            child.Resume(child.Equals(perpetrator) ? causedByFailure : null);
        }
    }
}
