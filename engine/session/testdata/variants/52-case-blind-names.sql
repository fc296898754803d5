-- Names match without regard to case; the result keeps the query's spelling.
Select Event_Date As DT, COUNT(Distinct USER_ID) As Users, Max(AMOUNT) As `Max Amount`
From GAME_DB.DWD_User_Event E
Where E.Event_Type Like 'PURCH%' Or e.EVENT_TYPE Like 'purch%'
Group By E.event_date
