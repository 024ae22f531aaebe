namespace Akka.Actor;

internal sealed class NoScope : Scope
{
    public override Scope Copy() => this;

    public override Scope WithFallback(Scope other) => other;
}
