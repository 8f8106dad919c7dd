from motcua.organisation.models.calendar import CalendarDay, OpeningHours
from motcua.organisation.models.devices import Device
from motcua.organisation.models.people import Absence, CounterDuty, Person, RoleAssignment
from motcua.organisation.models.units import Counter, Department, Field, Unit

__all__ = [
    "Absence",
    "CalendarDay",
    "Counter",
    "CounterDuty",
    "Department",
    "Device",
    "Field",
    "OpeningHours",
    "Person",
    "RoleAssignment",
    "Unit",
]
