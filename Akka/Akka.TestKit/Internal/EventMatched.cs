using Akka.Event;

namespace Akka.TestKit.Internal;

/// <summary>Called for each event that a filter matched.</summary>
public delegate void EventMatched(EventFilterBase eventFilter, LogEvent logEvent);
