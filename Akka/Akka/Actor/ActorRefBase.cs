namespace Akka.Actor;

public abstract class ActorRefBase : IActorRef
{
    protected ActorRefBase()
    {
    }

    public abstract ActorPath Path { get; }

    public void Tell(object message, IActorRef sender) => TellInternal(message, sender);

    protected abstract void TellInternal(object message, IActorRef sender);

    public int CompareTo(object obj) =>
        obj is null or IActorRef
            ? CompareTo((IActorRef)obj)
            : throw new ArgumentException("Object must be of type IActorRef.", nameof(obj));

    public int CompareTo(IActorRef other)
    {
        if (other is null)
        {
            return 1;
        }

        var byPath = Path.CompareTo(other.Path);
        return byPath != 0 ? byPath : Path.Uid.CompareTo(other.Path.Uid);
    }

    public override bool Equals(object obj) => obj is IActorRef other && Equals(other);

    public bool Equals(IActorRef other) =>
        ReferenceEquals(this, other)
        || (other is not null && Path.Uid == other.Path.Uid && Path.Equals(other.Path));

    public override int GetHashCode()
    {
        var path = Path;
        return (path.GetHashCode() * 397) ^ path.Uid.GetHashCode();
    }

    public override string ToString()
    {
        var path = Path;
        return path.Uid == ActorCell.UndefinedUid ? $"[{path}]" : $"[{path}#{path.Uid}]";
    }

    public virtual ISurrogate ToSurrogate(ActorSystem system) =>
        new Surrogate(Serialization.Serialization.SerializedActorPath(this));

    public class Surrogate : ISurrogate
    {
        public Surrogate(string path)
        {
            Path = path;
        }

        public string Path { get; }

        public ISurrogated FromSurrogate(ActorSystem system) =>
            ((ExtendedActorSystem)system).Provider.ResolveActorRef(Path);
    }
}
