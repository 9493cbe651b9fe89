using AbsBuildTasks.Models;

namespace AbsBuildTasks.Tasks;

/// <summary>A further plan of a model: that of another budget, or by another seed.</summary>
/// <param name="Model">The model with that budget or seed.</param>
/// <param name="Name">What tells it from the model's other plans, such as <c>bops=2%</c> or <c>seed 3</c>.</param>
/// <param name="Title">What is said before it is searched for, such as <c>sweep 1/2: bops=2%</c>.</param>
internal sealed record PlanPoint(ModelItem Model, string Name, string Title);
