namespace Akka.Actor;

public abstract class Scope : IEquatable<Scope>
{
    public static readonly LocalScope Local = LocalScope.Instance;

    protected Scope()
    {
    }

    public abstract Scope Copy();

    public virtual bool Equals(Scope other) => ReferenceEquals(this, other) || (other is not null && other.GetType() == GetType());

    public abstract Scope WithFallback(Scope other);
}
