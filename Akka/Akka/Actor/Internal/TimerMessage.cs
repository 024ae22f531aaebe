namespace Akka.Actor.Internal;

/// <summary>What a timer sends: the generation tells a timer from an earlier one under the same key.</summary>
internal sealed class TimerMessage : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public TimerMessage(TimerScheduler owner, object key, int generation)
    {
        Owner = owner;
        Key = key;
        Generation = generation;
    }

    public TimerScheduler Owner { get; }

    public object Key { get; }

    public int Generation { get; }

    public override string ToString() => $"TimerMsg(key={Key}, generation={Generation})";
}
