namespace Akka.TestKit;

/// <summary>A muted filter; disposing it unmutes.</summary>
public interface IUnmutableFilter : IDisposable
{
    void Unmute();
}
